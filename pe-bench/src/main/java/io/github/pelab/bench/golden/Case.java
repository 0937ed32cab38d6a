package io.github.pelab.bench.golden;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One layer whose values are computed.
 *
 * @param name of its file
 * @param length T
 * @param settings what the layer is, in the words of configs; {@code layer} says whether it is the
 *     attention alone, a block, or a whole stack
 */
record Case(String name, int length, Map<String, Object> settings) {
  /** The second sequence has padding. */
  static final int BATCH = 2;

  static Case attention(String form, String scheme) {
    String name = "attention-" + Expression.of(form).name() + "-" + scheme;
    return new Case(name.replaceAll("[^a-z0-9.]+", "-").replaceAll("-$", ""), 5, Map.of())
        .with("layer", "attention")
        .with("scheme", scheme)
        .with("attention", form)
        .with("width", 8)
        .with("heads", 2)
        .with("maxLength", 6)
        .with("causal", false)
        .with("seesPadding", false)
        .with("bias", true);
  }

  static Case block(String name, String form, String scheme) {
    return attention(form, scheme)
        .named("block-" + name)
        .with("layer", "block")
        .with("feedForward", 6)
        .with("activation", "relu");
  }

  static Case stack(String name, String form, String scheme) {
    return block(name, form, scheme)
        .named("stack-" + name)
        .with("layer", "stack")
        .with("vocabulary", 7)
        .with("layers", 2)
        .with("memory", false)
        .with("poolsPadding", false)
        .with("finalNorm", true);
  }

  private Case named(String newName) {
    return new Case(newName, length, settings);
  }

  Case with(String setting, Object value) {
    Map<String, Object> changed = new LinkedHashMap<>(settings);
    changed.put(setting, value);
    return new Case(name, length, changed);
  }

  /** Sequences of {@code newLength} tokens, and no longer ones. */
  Case ofLength(int newLength) {
    return new Case(name, newLength, settings).with("maxLength", newLength);
  }

  String text(String setting) {
    return (String) settings.get(setting);
  }

  int whole(String setting) {
    return (Integer) settings.get(setting);
  }

  double number(String setting, double otherwise) {
    return (Double) settings.getOrDefault(setting, otherwise);
  }

  boolean flag(String setting) {
    return (Boolean) settings.get(setting);
  }

  /** Whether place t of sequence b holds a token; else it is padding. */
  boolean token(int b, int t) {
    return b == 0 || t < length - 2;
  }
}
