/**
 * The kernels of {@code pe-layers} one by one, by JMH ({@code pe-bench/jmh.sh}), with the rates at
 * which they compute and move memory ({@link io.github.pelab.bench.kernel.Work}).
 */
package io.github.pelab.bench.kernel;
