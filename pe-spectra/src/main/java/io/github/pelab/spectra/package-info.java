/**
 * Spectra of attention logits, and of what positions do to them, over plain arrays ({@code
 * double[]} by lag, {@code double[][]} row-major).
 *
 * <ul>
 *   <li>Kernels by lag and their symbols: {@link io.github.pelab.spectra.ToeplitzKernel}, {@link
 *       io.github.pelab.spectra.Symbol}, {@link io.github.pelab.spectra.SymbolFit}.
 *   <li>How content and position make logits: {@link io.github.pelab.spectra.Coupling}.
 *   <li>What logits are measured by: {@link io.github.pelab.spectra.LogitSpectrum}, {@link
 *       io.github.pelab.spectra.Subspace}.
 *   <li>What theory says of them, with both sides computed: {@link io.github.pelab.spectra.Bound}.
 *   <li>Whether a scheme contracts a spectrum: {@link io.github.pelab.spectra.Contraction} of
 *       {@link io.github.pelab.spectra.PairedSpectra}, which trained models give, or a {@link
 *       io.github.pelab.spectra.ContractionExperiment} on random content.
 *   <li>Whether two quantities go together: {@link io.github.pelab.spectra.RankCorrelation}.
 * </ul>
 *
 * <p>Eigenvalues and singular values come from EJML, Fourier transforms and complex numbers from
 * Hipparchus, intervals and ranks from Commons Statistics; only what these lack is written here,
 * and only {@code Decompositions} knows EJML. Results depend on the arguments alone, seeds among
 * them.
 *
 * <p>No ND4J, no Deeplearning4j and no other module of this house, no files, no training, no log.
 */
package io.github.pelab.spectra;
