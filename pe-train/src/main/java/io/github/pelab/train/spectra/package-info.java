/**
 * The spectra of attention logits as networks have them: during training and after it, and before
 * it, of random content. What a spectrum is and when one has contracted is {@code pe-spectra}'s;
 * here are the logits that it is asked of.
 */
package io.github.pelab.train.spectra;
