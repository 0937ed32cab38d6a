package io.github.pelab.layers.scheme;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Several schemes at once, written {@code sinusoidal+rope}: fixed lag biases add up; of input
 * terms, rotations and learned lag biases there may be one each. It sees whatever one of its parts
 * sees.
 */
final class Composition implements PositionalScheme {
  private final List<PositionalScheme> parts;

  Composition(List<PositionalScheme> parts) {
    this.parts = List.copyOf(parts);
    atMostOne("add to the input", PositionalScheme::input);
    atMostOne("rotate queries and keys", PositionalScheme::pairMap);
    atMostOne("learn a lag bias", PositionalScheme::learnedLagBias);
  }

  private void atMostOne(String what, Function<PositionalScheme, Optional<?>> place) {
    long found = parts.stream().filter(part -> place.apply(part).isPresent()).count();
    if (found > 1) {
      throw new IllegalArgumentException(
          "scheme %s: at most one part may %s, found %d; drop one".formatted(this, what, found));
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
  public Optional<InputTerm> input() {
    return terms(PositionalScheme::input).stream().findFirst();
  }

  @Override
  public Optional<LearnedLagBias> learnedLagBias() {
    return terms(PositionalScheme::learnedLagBias).stream().findFirst();
  }

  @Override
  public Optional<Rotation> rotation() {
    return terms(PositionalScheme::rotation).stream().findFirst();
  }

  @Override
  public Optional<? extends PairMap> pairMap() {
    return parts.stream().flatMap(part -> part.pairMap().stream()).findFirst();
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
