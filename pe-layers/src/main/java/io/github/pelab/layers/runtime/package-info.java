/**
 * What runs a layer. DL4J M2.1's own runtime of SameDiff layers returns gradients twice too large,
 * keeps dropout on at inference and ignores {@code setParam}; a layer of this library never uses
 * it. What a layer is says its graph, a {@link io.github.pelab.layers.runtime.LayerGraph}, which
 * {@link io.github.pelab.layers.runtime.GraphProgram} evaluates and differentiates; a {@link
 * io.github.pelab.layers.runtime.KernelProgram} gives the same answers faster. {@link
 * io.github.pelab.layers.runtime.KernelChoice} says which one runs, {@link
 * io.github.pelab.layers.runtime.LayerPasses} runs it, {@link
 * io.github.pelab.layers.runtime.GraphRuntime} ties it to DL4J.
 */
package io.github.pelab.layers.runtime;
