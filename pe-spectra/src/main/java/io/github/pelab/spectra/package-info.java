/** Toeplitz symbols, spectra and bounds over plain arrays. No ND4J, no files, no training. */
package io.github.pelab.spectra;
