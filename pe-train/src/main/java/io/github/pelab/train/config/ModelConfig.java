package io.github.pelab.train.config;

import io.github.pelab.layers.scheme.Schemes;
import io.github.pelab.layers.sublayer.Activation;
import io.github.pelab.layers.sublayer.AttentionForm;
import io.github.pelab.layers.sublayer.AttentionForms;
import io.github.pelab.tasks.Describe;
import java.util.List;

/** The Transformer that is trained. */
public record ModelConfig(
    @Describe(
            value =
                "The positional encoding, for instance rope, \"rope(base=500)\" or alibi+rope (pe schemes lists"
                    + " them); required",
            example = "rope")
        String scheme,
    @Describe(
            "How queries, keys and values are made: multi-head, or mla(compressed=128,rotary=16);"
                + " default multi-head")
        String attention,
    @Describe("Number of blocks; default 2") Integer layers,
    @Describe("Numbers per token in the residual stream; default 32") Integer width,
    @Describe("Attention heads per block, a divisor of width; default 4") Integer heads,
    @Describe("Hidden units of each feed-forward part; default twice the width")
        Integer feedForward,
    @Describe("Longest sequence in tokens; default 128") Integer maxLength,
    @Describe("Whether a token sees only itself and what came before; default false")
        Boolean causal,
    @Describe(
            "Whether blocks make keys and values of the embedded input, not of their own; default false")
        Boolean memory,
    @Describe(
            "Whether padding is attended to like tokens, as far as the longest example of a batch"
                + " goes; default false")
        Boolean seesPadding,
    @Describe("Whether the mean before the classes is over such padding too; default false")
        Boolean poolsPadding,
    @Describe("Whether a norm stands between the last block and the mean; default true")
        Boolean finalNorm,
    @Describe("Between the two maps of a feed-forward part: relu or gelu; default relu")
        Activation activation,
    @Describe("Whether the attention's linear maps have biases; default true") Boolean bias,
    @Describe(
            "What all attention logits are multiplied by, biases by lag included, above 0; default 1")
        Double logitScale,
    @Describe("Fraction dropped in training, from 0 to below 1; default 0") Double dropout,
    @Describe(
            "Where it is dropped, joined by +: weights (of attention), attention (its output), inner"
                + " (the activation), feed-forward (its output); default weights+attention+feed-forward")
        String dropoutAt) {

  private static final List<String> SITES =
      List.of("weights", "attention", "inner", "feed-forward");
  private static final int LONGEST_EXPRESSION = 150;

  public ModelConfig {
    Field.required("scheme", scheme, "name a positional encoding, for instance rope");
    attention = Field.or(attention, "multi-head");
    layers = Field.integer("layers", layers, 2, 1, 1_000);
    width = Field.integer("width", width, 32, 1, 65_536);
    heads = Field.integer("heads", heads, 4, 1, 65_536);
    Field.check(
        width % heads == 0,
        "heads",
        heads,
        "choose a number that divides the width of " + width + ", or another width");
    checkScheme(scheme, heads, form(attention).rotarySize(width / heads));
    feedForward = Field.integer("feedForward", feedForward, 2 * width, 1, 1_048_576);
    maxLength = Field.integer("maxLength", maxLength, 128, 1, 1_048_576);
    causal = Field.or(causal, false);
    memory = Field.or(memory, false);
    seesPadding = Field.or(seesPadding, false);
    poolsPadding = Field.or(poolsPadding, false);
    finalNorm = Field.or(finalNorm, true);
    activation = Field.or(activation, Activation.RELU);
    bias = Field.or(bias, true);
    logitScale = Field.or(logitScale, 1.0);
    Field.check(logitScale > 0, "logitScale", logitScale, "choose a number above 0");
    dropout = Field.fraction("dropout", dropout, 0);
    dropoutAt = Field.or(dropoutAt, "weights+attention+feed-forward");
    checkLength("dropoutAt", dropoutAt);
    for (String site : sites(dropoutAt)) {
      Field.check(
          SITES.contains(site),
          "dropoutAt",
          ConfigException.quoted(site),
          "join any of " + String.join(", ", SITES) + " by +");
    }
  }

  /**
   * The fraction dropped at a site.
   *
   * @param site one of those that {@code dropoutAt} may name
   */
  public double dropoutAt(String site) {
    return sites(dropoutAt).contains(site) ? dropout : 0;
  }

  private static List<String> sites(String joined) {
    return List.of(joined.split("\\+", -1));
  }

  private static AttentionForm form(String attention) {
    checkExpression("attention", attention);
    try {
      return AttentionForms.parse(attention);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("attention: " + e.getMessage(), e);
    }
  }

  private static void checkScheme(String scheme, int heads, int headSize) {
    checkExpression("scheme", scheme);
    try {
      Schemes.parse(scheme).check(heads, headSize);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("scheme: " + e.getMessage(), e);
    }
  }

  private static void checkExpression(String field, String expression) {
    checkLength(field, expression);
    // YAML cuts an unquoted [rope(base=10000,heads=2)] at its comma; say so, or it puzzles.
    Field.check(
        expression.chars().filter(c -> c == '(').count()
            == expression.chars().filter(c -> c == ')').count(),
        field,
        ConfigException.quoted(expression),
        "close its parenthesis, and put quotes around what holds a comma");
  }

  /** What refuses an expression quotes it, and takes time that grows faster than its length. */
  private static void checkLength(String field, String expression) {
    Field.check(
        expression.length() <= LONGEST_EXPRESSION,
        field,
        ConfigException.quoted(expression),
        "use at most " + LONGEST_EXPRESSION + " characters");
  }
}
