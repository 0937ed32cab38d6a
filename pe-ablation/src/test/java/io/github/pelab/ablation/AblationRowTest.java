package io.github.pelab.ablation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.pelab.ablation.AblationRow.Interval;
import io.github.pelab.ablation.AblationRow.Intervention;
import io.github.pelab.train.run.StrictJson;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AblationRowTest {
  private static final Intervention ZERO = new Intervention("zero", "best");
  private static final Interval INTERVAL = new Interval(-0.25, 0.5);

  static Stream<Arguments> rows() {
    return Stream.of(
        Arguments.of(
            "head",
            new AblationRow.Head(
                ZERO, 1, 2, 3, 8, 4, 0.125, INTERVAL, null, 0.5, 0.75, false, "Bw==")),
        Arguments.of(
            "layer",
            new AblationRow.Layer(
                ZERO,
                1,
                Verdict.SPREAD,
                "why",
                0.5,
                0.25,
                0.5,
                3,
                0.25,
                INTERVAL,
                null,
                null,
                0.5,
                INTERVAL,
                2.5,
                null,
                "Bw==")),
        Arguments.of(
            "pair",
            new AblationRow.Pair(
                ZERO, 0, 2, 1, 3, 3, 8, 4, 0.125, INTERVAL, 0.25, 0.5, INTERVAL, 0.5, "Bw==")),
        Arguments.of(
            "pair",
            new AblationRow.Pair(
                ZERO, 0, 2, 1, 3, 3, 8, 4, 0.125, INTERVAL, null, null, null, 0.5, "Bw==")),
        Arguments.of(
            "control",
            new AblationRow.Control(ZERO, 1, 2, 0.5, 0.25, List.of(0.0, -0.125), 1.0 / 3)),
        Arguments.of(
            "control", new AblationRow.Control(ZERO, 1, 2, null, 0.25, List.of(0.0), 0.5)));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void readsBackAsItself(String kind, AblationRow row) throws JsonProcessingException {
    ObjectNode json = StrictJson.MAPPER.valueToTree(row);

    assertThat(json.path("kind").textValue()).isEqualTo(kind);
    assertThat(StrictJson.MAPPER.treeToValue(json, AblationRow.class)).isEqualTo(row);
    assertThatThrownBy(
            () -> StrictJson.MAPPER.treeToValue(json.without("layer"), AblationRow.class))
        .isInstanceOf(JsonProcessingException.class)
        .hasMessageContaining("layer");
  }
}
