package io.github.pelab.layers.sublayer;

import io.github.pelab.layers.scheme.Catalogue;
import java.util.List;

/**
 * The attention forms by name, written in configs and in JSON as {@code multi-head} or, with
 * options, as {@code mla(compressed=128,rotary=16)}.
 */
public final class AttentionForms {
  private static final Catalogue<FormFactory, AttentionForm> CATALOGUE =
      new Catalogue<>("attention", FormFactory.class);

  private AttentionForms() {}

  /** All forms on the class path, by name. */
  public static List<FormFactory> all() {
    return CATALOGUE.all();
  }

  /**
   * Reads a form's expression.
   *
   * @throws IllegalArgumentException that says what was not understood and what is known instead
   */
  public static AttentionForm parse(String expression) {
    return CATALOGUE.parse(expression.strip(), expression);
  }
}
