package io.github.pelab.layers.scheme;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Several schemes at once, written {@code alibi+rope}: the lag biases add up, and at most one part
 * may rotate. It sees whatever one of its parts sees.
 */
final class Composition implements PositionalScheme {
  private final List<PositionalScheme> parts;

  Composition(List<PositionalScheme> parts) {
    this.parts = List.copyOf(parts);
    List<PositionalScheme> rotating =
        this.parts.stream().filter(part -> part.rotation().isPresent()).toList();
    if (rotating.size() > 1) {
      throw new IllegalArgumentException(
          "scheme %s: at most one part may rotate queries and keys, found %d; drop one"
              .formatted(this, rotating.size()));
    }
  }

  @Override
  public Invariance invariance() {
    return parts.stream()
        .map(PositionalScheme::invariance)
        .max(Invariance::compareTo)
        .orElseThrow();
  }

  @Override
  public Optional<Rotation> rotation() {
    return terms(PositionalScheme::rotation).stream().findFirst();
  }

  @Override
  public Optional<LagBias> lagBias() {
    List<LagBias> biases = terms(PositionalScheme::lagBias);
    return biases.isEmpty()
        ? Optional.empty()
        : Optional.of(
            (head, heads, lag) ->
                biases.stream().mapToDouble(bias -> bias.at(head, heads, lag)).sum());
  }

  private <T> List<T> terms(Function<PositionalScheme, Optional<T>> place) {
    return parts.stream().map(place).flatMap(Optional::stream).toList();
  }

  @Override
  public String toString() {
    return parts.stream().map(PositionalScheme::toString).collect(Collectors.joining("+"));
  }
}
