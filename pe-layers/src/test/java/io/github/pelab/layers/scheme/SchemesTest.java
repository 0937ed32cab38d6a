package io.github.pelab.layers.scheme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.pelab.layers.scheme.PositionTables.Learned;
import java.util.HashSet;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemesTest {
  private static final String KNOWN =
      Schemes.all().stream().map(SchemeFactory::name).collect(Collectors.joining(", "));

  static Stream<SchemeFactory> factories() {
    return Schemes.all().stream();
  }

  static Stream<String> expressions() {
    List<String> names = Schemes.all().stream().map(SchemeFactory::name).toList();
    Stream<String> pairs =
        names.stream()
            .flatMap(one -> names.stream().map(other -> one + "+" + other))
            .filter(SchemesTest::composes);
    Stream<String> others =
        Stream.of(
            "rope(base=7)",
            "rope(base=0.1)",
            "rope(base=1e300)",
            "rope(base=1e15)",
            "rope(base=1e+4)",
            "rope(base=123456.789)+alibi",
            "alibi + nope + rope( base = 3 )",
            " alibi() ");
    return Stream.of(names.stream(), pairs, others).flatMap(each -> each);
  }

  /** At most one part may add to the input, one rotate, one learn a bias. */
  private static boolean composes(String expression) {
    List<PositionalScheme> parts =
        Stream.of(expression.split("\\+", -1)).map(Schemes::parse).toList();
    return parts.stream().filter(part -> part.input().isPresent()).count() < 2
        && parts.stream().filter(part -> part.pairMap().isPresent()).count() < 2
        && parts.stream().filter(part -> part.learnedLagBias().isPresent()).count() < 2;
  }

  @Test
  void namesAreUniqueAndAllAreListedInOrder() {
    List<String> found =
        ServiceLoader.load(SchemeFactory.class).stream()
            .map(provider -> provider.get().name())
            .toList();
    assertThat(found).doesNotHaveDuplicates().contains("alibi", "nope", "rope");
    assertThat(Schemes.all())
        .extracting(SchemeFactory::name)
        .containsExactlyElementsOf(found.stream().sorted().toList());
  }

  @ParameterizedTest
  @MethodSource("factories")
  void factoriesSayWhatTheyMake(SchemeFactory factory) {
    assertThat(factory.name()).matches("[a-z][a-z0-9-]*");
    assertThat(factory.description()).isNotBlank().doesNotContain("\n");
    Set<String> options = new HashSet<>();
    for (Option option : factory.options()) {
      assertThat(options.add(option.name())).as("option %s is new", option.name()).isTrue();
      assertThat(option.name()).isNotBlank();
      assertThat(option.description()).isNotBlank();
      String written = "%s(%s=%s)".formatted(factory.name(), option.name(), option.defaultValue());
      assertThat(Schemes.parse(written)).hasToString(Schemes.parse(factory.name()).toString());
    }
  }

  /** And the scheme that is read back has the same terms and says the same of itself. */
  @ParameterizedTest
  @MethodSource("expressions")
  void whatAnExpressionIsWrittenAsReadsBackAsTheSame(String expression) {
    PositionalScheme scheme = Schemes.parse(expression);
    PositionalScheme again = Schemes.parse(scheme.toString());
    assertThat(again).hasToString(scheme.toString());
    assertThat(again.invariance()).isEqualTo(scheme.invariance());
    PositionTables tables = PositionTables.of(scheme, 2, 4, 8, 5, Learned.NOTHING);
    PositionTables tablesAgain = PositionTables.of(again, 2, 4, 8, 5, Learned.NOTHING);
    assertThat(tablesAgain.cos()).isEqualTo(tables.cos());
    assertThat(tablesAgain.sin()).isEqualTo(tables.sin());
    assertThat(tablesAgain.input()).isEqualTo(tables.input());
    assertThat(tablesAgain.lagBias()).isEqualTo(tables.lagBias());
  }

  @Test
  void writesWhatWasMeant() {
    assertThat(Schemes.parse("rope")).hasToString("rope");
    assertThat(Schemes.parse("rope(base=1e4)")).hasToString("rope");
    assertThat(Schemes.parse("rope(base=1e+4) + alibi")).hasToString("rope+alibi");
    assertThat(Schemes.parse(" alibi + rope( base = 0.5 ) ")).hasToString("alibi+rope(base=0.5)");
  }

  @Test
  void compositionHasTheTermsOfItsParts() {
    PositionalScheme scheme = Schemes.parse("alibi+nope+rope(base=7)+alibi");
    LagBias alibi = new Alibi(Alibi.Slopes.PUBLISHED).lagBias().orElseThrow();
    assertThat(scheme.lagBias().orElseThrow().at(1, 4, 3))
        .isCloseTo(2 * alibi.at(1, 4, 3), within(1e-15));
    assertThat(scheme.rotation().orElseThrow().frequency(0, 4, 1, 4))
        .isCloseTo(1 / Math.sqrt(7), within(1e-15));
    assertThat(scheme.invariance()).isEqualTo(Invariance.SHIFT);
    assertThat(Schemes.parse("nope+nope").invariance()).isEqualTo(Invariance.PERMUTATION);
    assertThat(Schemes.parse("nope+nope").lagBias()).isEmpty();
    assertThat(Schemes.parse("nope+alibi").rotation()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\t\n"})
  void refusesNothing(String blank) {
    assertRefused(blank, "scheme is empty; write one of " + KNOWN);
  }

  @Test
  void refusesNull() {
    assertRefused(null, "scheme is empty; write one of " + KNOWN);
  }

  static Stream<Arguments> refused() {
    String form = "; write name or name(option=value)";
    return Stream.of(
        Arguments.of("ropes", "unknown scheme 'ropes'; known are " + KNOWN),
        Arguments.of("alibi+ropes(base=1)", "unknown scheme 'ropes'; known are " + KNOWN),
        Arguments.of("RoPE", "scheme 'RoPE': cannot read 'RoPE'" + form),
        Arguments.of("alibi+", "scheme 'alibi+': cannot read ''" + form),
        Arguments.of("+alibi", "scheme '+alibi': cannot read ''" + form),
        Arguments.of("alibi++rope", "scheme 'alibi++rope': cannot read ''" + form),
        Arguments.of("alibi rope", "scheme 'alibi rope': cannot read 'alibi rope'" + form),
        Arguments.of("rope (base=7)", "scheme 'rope (base=7)': cannot read 'rope (base=7)'" + form),
        Arguments.of(
            "rope(base=(7))", "scheme 'rope(base=(7))': cannot read 'rope(base=(7))'" + form),
        Arguments.of("rope(base=7", "scheme 'rope(base=7': cannot read 'rope(base=7'" + form),
        Arguments.of("rope(base=7))", "scheme 'rope(base=7))': cannot read 'rope(base=7))'" + form),
        Arguments.of(
            "rope(bases=7)",
            "scheme rope: unknown option 'bases=7'; known are base, heads, fraction"),
        Arguments.of(
            "rope(Base=7)",
            "scheme rope: unknown option 'Base=7'; known are base, heads, fraction"),
        Arguments.of("nope(base=7)", "scheme nope: unknown option 'base=7'; it has none"),
        Arguments.of("rope(base)", "scheme rope: option 'base' has no value; write base=value"),
        Arguments.of("rope(7)", "scheme rope: unknown option '7'; known are base, heads, fraction"),
        Arguments.of(
            "rope(base=7,)", "scheme rope: unknown option ''; known are base, heads, fraction"),
        Arguments.of("rope(base=7, base=8)", "scheme rope: option base is given twice; keep one"),
        Arguments.of(
            "rope(base=ten)", "scheme rope: option base must be a number above 0, found 'ten'"),
        Arguments.of("rope(base=)", "scheme rope: option base must be a number above 0, found ''"),
        Arguments.of(
            "rope(base=0)", "scheme rope: option base must be a number above 0, found '0'"),
        Arguments.of(
            "rope(base=-1)", "scheme rope: option base must be a number above 0, found '-1'"),
        Arguments.of(
            "rope(base=NaN)", "scheme rope: option base must be a number above 0, found 'NaN'"),
        Arguments.of(
            "rope(base=1e999)", "scheme rope: option base must be a number above 0, found '1e999'"),
        Arguments.of(
            "rope+alibi+rope(base=7)",
            "scheme rope+alibi+rope(base=7): at most one part may rotate queries and"
                + " keys, found 2; drop one"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void refusesWhatItCannotRead(String expression, String message) {
    assertRefused(expression, message);
  }

  private static void assertRefused(String expression, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Schemes.parse(expression))
        .withMessage(message);
  }
}
