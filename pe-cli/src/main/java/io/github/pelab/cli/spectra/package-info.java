/**
 * What spectra show across runs that differ in their seeds alone: whether logits contract, and
 * whether that goes with optimisation. Pure functions of runs' rows; they print and draw nothing.
 */
package io.github.pelab.cli.spectra;
