/**
 * Whether what was found once is still found: the nightly gate.
 *
 * <p>A night trains and ablates the members of a small config anew and condenses each into a {@link
 * io.github.pelab.ablation.regression.Measurement}. {@link
 * io.github.pelab.ablation.regression.Gate} compares a night with a {@link
 * io.github.pelab.ablation.regression.Baseline} and with the {@link
 * io.github.pelab.ablation.regression.History} of nights, by the thresholds of {@link
 * io.github.pelab.ablation.regression.GateRule}, and gives a {@link
 * io.github.pelab.ablation.regression.Finding} for each thing that it looked at.
 *
 * <p>Only {@link io.github.pelab.ablation.regression.Probe}, {@link
 * io.github.pelab.ablation.regression.SelfCheck} and {@link
 * io.github.pelab.ablation.regression.MemberMeasurement} know of networks; the rest works on what
 * they wrote down. Nothing here trains, and nothing is printed.
 */
package io.github.pelab.ablation.regression;
