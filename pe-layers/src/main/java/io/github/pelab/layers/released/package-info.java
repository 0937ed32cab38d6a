/**
 * Faults of the latent attention that was released with arXiv 2505.13027
 * (github.com/Qihuai27/Deposit-Pattern-Research at ffe3159, {@code mla.py}), reproduced on purpose
 * so that what they decide can be measured. Nothing here is meant for a model of one's own.
 *
 * <table>
 * <caption>The released latent attention</caption>
 * <tr><th>What it does</th><th>Here</th></tr>
 * <tr><td>one rotary query for all heads, so that positions enter the logits of all heads alike</td>
 *     <td>form {@code mla(rotaryQuery=shared)}</td></tr>
 * <tr><td>no norm on the latent vectors</td><td>form {@code mla(norm=false)}</td></tr>
 * <tr><td>the rotary part is not rotated but mapped by a table that is read wrongly</td>
 *     <td>scheme {@code turn-released}</td></tr>
 * <tr><td>learned positions, from 0, are added to the input</td>
 *     <td>scheme {@code learned(deviation=0)}</td></tr>
 * </table>
 *
 * <p>So the released attention is {@code mla(norm=false,rotaryQuery=shared)} with {@code
 * learned(deviation=0)+turn-released}; its model, in full, is {@code configs/paper/task1-mla.yaml}.
 * Each fault can be had, or mended, alone: leave out an option, or write {@code rope} in the place
 * of {@code turn-released}.
 */
package io.github.pelab.layers.released;
