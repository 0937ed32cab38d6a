/**
 * What runs a layer. DL4J M2.1's own runtime of SameDiff layers returns gradients twice too large,
 * keeps dropout on at inference and ignores {@code setParam}; a layer of this library never uses
 * it. A layer is defined once, in a {@link io.github.pelab.layers.runtime.LayerGraph}; {@link
 * io.github.pelab.layers.runtime.GraphProgram} evaluates and differentiates it, {@link
 * io.github.pelab.layers.runtime.GraphRuntime} ties it to DL4J.
 */
package io.github.pelab.layers.runtime;
