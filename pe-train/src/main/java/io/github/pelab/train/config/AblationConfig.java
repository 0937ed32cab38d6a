package io.github.pelab.train.config;

import io.github.pelab.layers.heads.HeadPart;
import io.github.pelab.tasks.Describe;
import java.util.Locale;
import java.util.Optional;

/**
 * How heads are ablated and watched, and when, and how layers are judged. The three switches are
 * faults of the code that was released with arXiv 2505.13027, each of which can be had by itself.
 */
public record AblationConfig(
    @Describe(
            "What replaces a head's output: mean (of the head over the validation split's tokens),"
                + " zero, resample (what it gave in another example of that split), or as-released"
                + " (zero, with the three faults below); default mean")
        Mode mode,
    @Describe(
            "What of a head is ablated: its output, or a part of what it scores with is removed:"
                + " rotation, lag-bias, and of latent attention content and rotary; mode says"
                + " nothing then; default output")
        Part part,
    @Describe("The thresholds of the verdicts") DepositRule rule,
    @Describe(
            "Whether the last head of each layer stays ablated while later layers are measured;"
                + " default false, true with mode as-released")
        Boolean lastHeadStays,
    @Describe(
            "Whether in latent attention, instead of head h with K components, the latent components"
                + " from h K to h K + K - 1 are ablated, for all heads, as far as they exist;"
                + " not with a part; default false, true with mode as-released and no part")
        Boolean latentColumns,
    @Describe(
            "Whether outcomes are over the training split and the test split, not the test split"
                + " alone; default false, true with mode as-released")
        Boolean trainAndTest,
    @Describe(
            "How many of a layer's heads, those with the largest drops on the validation split, are"
                + " ablated two by two, from 0 to 16; none with lastHeadStays or latentColumns;"
                + " default 3")
        Integer pairs,
    @Describe(
            "How many random subspaces are removed from each layer, to compare its top head with,"
                + " from 0 to 1000; none with lastHeadStays, latentColumns or a part; default 20")
        Integer controls,
    @Describe(
            "Examples of the test split on which it is told where each head looks, when training"
                + " has ended; 0 for none; default 256")
        Integer portrait,
    @Describe(
            "Ablate every head also during training, after each epoch whose number is a multiple of"
                + " this, and after the last; 0 for never; default 0")
        Integer every) {

  private static final int MOST = 100_000_000;

  /** All at their defaults. */
  public static final AblationConfig DEFAULTS = of(Mode.MEAN);

  public AblationConfig {
    mode = Field.or(mode, Mode.MEAN);
    part = Field.or(part, Part.OUTPUT);
    rule = Field.or(rule, DepositRule.DEFAULTS);
    lastHeadStays = Field.or(lastHeadStays, mode == Mode.AS_RELEASED);
    latentColumns = Field.or(latentColumns, mode == Mode.AS_RELEASED && part == Part.OUTPUT);
    Field.check(
        part == Part.OUTPUT || !latentColumns,
        "latentColumns",
        latentColumns,
        "leave it out with part " + part.key() + ", or choose part output");
    trainAndTest = Field.or(trainAndTest, mode == Mode.AS_RELEASED);
    pairs = Field.integer("pairs", pairs, 3, 0, 16);
    controls = Field.integer("controls", controls, 20, 0, 1000);
    portrait = Field.integer("portrait", portrait, 256, 0, MOST);
    every = Field.integer("every", every, 0, 0, MOST);
  }

  /** The mode, and all else at the mode's defaults. */
  public static AblationConfig of(Mode mode) {
    return new AblationConfig(mode, null, null, null, null, null, null, null, null, null);
  }

  /** Another mode with its defaults of the faults; all else is kept. */
  public AblationConfig withMode(Mode other) {
    return new AblationConfig(
        other, part, rule, null, null, null, pairs, controls, portrait, every);
  }

  /** With these of the released code's faults, or without; all else is kept. */
  public AblationConfig withFaults(boolean headStays, boolean columns) {
    return new AblationConfig(
        mode, part, rule, headStays, columns, trainAndTest, pairs, controls, portrait, every);
  }

  /** The same of another part; all else is kept, but latent columns: a part has none. */
  public AblationConfig withPart(Part other) {
    return new AblationConfig(
        mode,
        other,
        rule,
        lastHeadStays,
        other == Part.OUTPUT && latentColumns,
        trainAndTest,
        pairs,
        controls,
        portrait,
        every);
  }

  /** The same of heads and layers alone: without pairs and random subspaces. */
  public AblationConfig withoutControls() {
    return new AblationConfig(
        mode, part, rule, lastHeadStays, latentColumns, trainAndTest, 0, 0, portrait, every);
  }

  /**
   * What rows call the intervention: {@code mean}, {@code zero}, {@code resample}, {@code
   * as-released} for zero with all three faults, else the replacement, or the part as in {@code
   * without-rotation}, and the faults that are there, as in {@code
   * zero+last-head-stays+latent-columns}. A config has one name, however it is written.
   */
  public String interventionName() {
    Mode replacement = mode == Mode.AS_RELEASED ? Mode.ZERO : mode;
    if (part == Part.OUTPUT
        && replacement == Mode.ZERO
        && lastHeadStays
        && latentColumns
        && trainAndTest) {
      return Mode.AS_RELEASED.key();
    }
    return (part == Part.OUTPUT ? replacement.key() : "without-" + part.key())
        + (lastHeadStays ? "+last-head-stays" : "")
        + (latentColumns ? "+latent-columns" : "")
        + (trainAndTest ? "+train-and-test" : "");
  }

  /** What of a head is ablated. */
  public enum Part {
    OUTPUT,
    CONTENT,
    ROTARY,
    ROTATION,
    LAG_BIAS;

    /** As users write it, for instance {@code lag-bias}. */
    public String key() {
      return AblationConfig.key(this);
    }

    /** The part of what the head scores with; empty for its output. */
    public Optional<HeadPart> ofScores() {
      return this == OUTPUT ? Optional.empty() : Optional.of(HeadPart.valueOf(name()));
    }
  }

  private static String key(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The replacement for a head's output. */
  public enum Mode {
    MEAN,
    ZERO,
    RESAMPLE,
    AS_RELEASED;

    /** As users write it, for instance {@code as-released}. */
    public String key() {
      return AblationConfig.key(this);
    }
  }
}
