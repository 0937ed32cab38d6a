/**
 * The parts that layers are made of, each the one readable definition of what it computes: its
 * parameters, their first values, its graph. Layers in the root package put them together;
 * importers have no need of them.
 */
package io.github.pelab.layers.sublayer;
