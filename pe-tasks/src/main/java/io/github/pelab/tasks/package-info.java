/**
 * Synthetic tasks: generators of labelled token sequences, what is attainable on them, and the
 * iterator that batches them for Deeplearning4j.
 *
 * <p>A task lives here if an example is a pure function of its options, split and index, and if its
 * ceilings are stated. Models, training, configuration files, logging set-up and the choice of an
 * ND4J backend do not.
 */
package io.github.pelab.tasks;
