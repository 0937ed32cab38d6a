package io.github.pelab.bench.golden;

import java.util.ArrayList;
import java.util.List;

/**
 * What there are golden values of: every scheme in multi-head and latent attention, and every
 * option of a model.
 */
final class GoldenCases {
  private static final String LATENT = "mla(compressed=6,rotary=4)";

  private GoldenCases() {}

  static List<Case> all() {
    List<Case> cases = new ArrayList<>();
    for (String form : List.of("multi-head", LATENT)) {
      for (String scheme :
          List.of(
              "nope",
              "sinusoidal",
              "sinusoidal(base=100,layout=halves)",
              "learned",
              "random",
              "random(trainable=true,seed=2)",
              "t5(buckets=8,cap=4)",
              "t5(buckets=0,shared=false)",
              "alibi",
              "alibi(slopes=released)",
              "rope",
              "rope(base=500,heads=1)",
              "turn-released",
              "alibi+rope",
              "sinusoidal(layout=halves)+rope",
              "random(trainable=true)+t5(buckets=0,shared=false)+alibi(slopes=released)")) {
        cases.add(Case.attention(form, scheme));
      }
      // Long enough for lags that share a bucket.
      cases.add(Case.attention(form, "t5").ofLength(14));
    }
    // Large enough for a part of the pairs to have more than one angle.
    cases.add(Case.attention("multi-head", "rope(fraction=0.5)").with("heads", 1));
    cases.add(Case.attention("mla(compressed=6,rotary=8)", "rope(fraction=0.5)"));
    cases.add(Case.block("relu", "multi-head", "rope"));
    cases.add(
        Case.block("gelu", "multi-head", "t5").with("activation", "gelu").with("bias", false));
    cases.add(
        Case.block("three-heads", "multi-head", "alibi")
            .with("width", 6)
            .with("heads", 3)
            .with("causal", true));
    cases.add(
        Case.block("latent", LATENT, "alibi+rope").with("activation", "gelu").with("bias", false));
    cases.add(Case.block("latent-no-norm", "mla(compressed=6,rotary=4,norm=false)", "rope"));
    cases.add(
        Case.block(
            "latent-shared-rotary-query", "mla(compressed=6,rotary=4,rotaryQuery=shared)", "rope"));
    cases.add(
        Case.block("sees-padding", LATENT, "learned")
            .with("feedForward", 32)
            .with("seesPadding", true));
    cases.add(
        Case.block("logit-scale", LATENT, "t5(buckets=8,cap=4)+rope").with("logitScale", 1.75));
    // Logits so small, and a degree so high, that the polynomial is the exponential.
    cases.add(Case.block("fast", "fast(degree=20,bound=3)", "alibi+rope").with("logitScale", 0.2));
    cases.add(
        Case.stack("fast", "fast(degree=20,bound=3)", "rope")
            .with("causal", true)
            .with("logitScale", 0.2));
    cases.add(Case.block("cut", "multi-head(bound=0.4)", "alibi+rope").with("logitScale", 0.6));
    cases.add(Case.stack("fast-cut", "fast(degree=16,bound=0.5,cut=true)", "rope"));
    cases.add(Case.stack("default", "multi-head", "t5"));
    cases.add(
        Case.stack("as-released", "multi-head", "sinusoidal(layout=halves)+rope")
            .with("memory", true)
            .with("seesPadding", true)
            .with("poolsPadding", true)
            .with("finalNorm", false));
    cases.add(
        Case.stack("causal", "multi-head", "t5(buckets=0,shared=false)")
            .with("causal", true)
            .with("bias", false)
            .with("activation", "gelu"));
    cases.add(
        Case.stack("latent", LATENT, "learned+alibi+rope(heads=1)").with("activation", "gelu"));
    cases.add(Case.stack("latent-memory", LATENT, "rope").with("memory", true).with("layers", 3));
    cases.add(
        Case.stack(
                "latent-as-released",
                "mla(compressed=6,rotary=8,norm=false,rotaryQuery=shared)",
                "learned+turn-released(base=500)")
            .with("activation", "gelu")
            .with("bias", false));
    cases.add(
        Case.stack("logit-scale", "multi-head", "alibi+t5(buckets=0,shared=false)+rope")
            .with("logitScale", 0.6));
    cases.add(Case.stack("pools-padding", LATENT, "random").with("poolsPadding", true));
    return cases;
  }
}
