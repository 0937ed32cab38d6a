package io.github.pelab.train.config;

import io.github.pelab.layers.scheme.Schemes;
import io.github.pelab.tasks.Describe;

/** The Transformer that is trained. */
public record ModelConfig(
    @Describe(
            "The positional encoding, for instance rope, \"rope(base=500)\" or alibi+rope (pe schemes lists"
                + " them); required")
        String scheme,
    @Describe("Number of blocks; default 2") Integer layers,
    @Describe("Numbers per token in the residual stream; default 32") Integer width,
    @Describe("Attention heads per block, a divisor of width; default 4") Integer heads,
    @Describe("Hidden units of each feed-forward part; default twice the width")
        Integer feedForward,
    @Describe("Longest sequence in tokens; default 128") Integer maxLength,
    @Describe("Whether a token sees only itself and what came before; default false")
        Boolean causal,
    @Describe("Fraction dropped in training, from 0 to below 1; default 0") Double dropout) {

  public ModelConfig {
    Field.required("scheme", scheme, "name a positional encoding, for instance rope");
    layers = Field.integer("layers", layers, 2, 1, 1_000);
    width = Field.integer("width", width, 32, 1, 65_536);
    heads = Field.integer("heads", heads, 4, 1, 65_536);
    Field.check(
        width % heads == 0,
        "heads",
        heads,
        "choose a number that divides the width of " + width + ", or another width");
    checkScheme(scheme, heads, width / heads);
    feedForward = Field.integer("feedForward", feedForward, 2 * width, 1, 1_048_576);
    maxLength = Field.integer("maxLength", maxLength, 128, 1, 1_048_576);
    causal = Field.or(causal, false);
    dropout = Field.fraction("dropout", dropout, 0);
  }

  private static void checkScheme(String scheme, int heads, int headSize) {
    // YAML cuts an unquoted [rope(base=10000,heads=2)] at its comma; say so, or it puzzles.
    Field.check(
        scheme.chars().filter(c -> c == '(').count()
            == scheme.chars().filter(c -> c == ')').count(),
        "scheme",
        ConfigException.quoted(scheme),
        "close its parenthesis, and put quotes around a scheme that holds a comma");
    try {
      Schemes.parse(scheme).check(heads, headSize);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("scheme: " + e.getMessage(), e);
    }
  }
}
