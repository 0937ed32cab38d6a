package io.github.pelab.claims;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** What claims are about. */
public enum Group {
  ROPE_ON_DISTANCES(1, "RoPE on distances"),
  ROPE_ON_COUNTS(2, "RoPE on counts"),
  DEPOSIT(3, "The single-head deposit"),
  LATENT_ATTENTION(4, "Latent attention and the deposit"),
  ROPE_HEADS(5, "How many heads need RoPE"),
  CONTRACTION(6, "Spectral contraction"),
  RANDOM_POSITIONS(7, "Random positions"),
  LENGTH(8, "Length generalisation"),
  FAULTS(9, "Faults of the released code");

  private final int number;
  private final String title;

  Group(int number, String title) {
    this.number = number;
    this.title = title;
  }

  /** As {@link Claim#group()} has it. */
  public int number() {
    return number;
  }

  public String title() {
    return title;
  }

  static Optional<Group> numbered(int number) {
    return Arrays.stream(values()).filter(each -> each.number == number).findFirst();
  }

  /** All of them, {@code 1 (RoPE on distances), …}. */
  static String listed() {
    return Arrays.stream(values())
        .map(each -> "%d (%s)".formatted(each.number, each.title))
        .collect(Collectors.joining(", "));
  }
}
