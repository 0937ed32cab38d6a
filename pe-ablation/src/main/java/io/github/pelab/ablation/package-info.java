/**
 * What a layer's heads are worth to a trained model: interventions that take heads away, and the
 * statistics that say what their absence shows.
 *
 * <p>Evidence comes in as right or wrong per example ({@link
 * io.github.pelab.ablation.LayerOutcomes}), {@link io.github.pelab.ablation.LayerJudge} turns it
 * into rows ({@link io.github.pelab.ablation.AblationRow}) by the thresholds of {@link
 * io.github.pelab.train.config.DepositRule}. The statistics know nothing of networks: they import
 * no Deeplearning4j and no ND4J. Tests and intervals come from Commons Statistics; only what it
 * lacks is written here.
 *
 * <p>Nothing here trains, changes a parameter for good, or generates data.
 */
package io.github.pelab.ablation;
