package io.github.pelab.ablation.regression;

import java.util.Locale;

/**
 * One thing that the gate looked at.
 *
 * @param configuration whose it is; the config's name where it is of all
 * @param member whose it is; empty where it is of all seeds of a configuration
 * @param compared with what
 * @param numbers what was found, before and now
 * @param reason why the verdict is what it is
 */
public record Finding(
    Kind kind,
    String configuration,
    String member,
    String compared,
    String numbers,
    GateVerdict verdict,
    String reason) {

  /** What is looked at. */
  public enum Kind {
    /** The config's members are those of the baseline. */
    MEMBERS("every member of the baseline, and no other"),
    /** It could be trained and ablated, and its own checks hold; needs no baseline. */
    SELF_CHECK("trained, ablated, and consistent in itself"),
    /** On an equal fingerprint: not a bit has changed. */
    DRIFT("same seed, same machine: the same bits"),
    /** The untrained network's probabilities: on any machine. */
    PROBE("the untrained network gives the same probabilities"),
    /** Over the seeds: accuracy on the test split. */
    ACCURACY("accuracy over the seeds"),
    /** Over the seeds: the logarithm of the loss on the test split. */
    LOSS("loss over the seeds"),
    /** Over the seeds: what the head that costs most costs. */
    HEADS("what the top head of a layer is worth"),
    /** Over the seeds: how often each verdict came out. */
    VERDICTS("the layers' verdicts over the seeds"),
    /** Over the nights: accuracy that creeps. */
    TREND("accuracy from night to night");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    /** In words. */
    public String text() {
      return text;
    }

    /** As ids have it. */
    public String key() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** Names it within its config. */
  public String id() {
    return (member.isEmpty() ? configuration : member) + "/" + kind.key();
  }
}
