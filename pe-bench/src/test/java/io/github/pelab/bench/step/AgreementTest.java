package io.github.pelab.bench.step;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgreementTest {
  @Test
  void roundingIsAllowed() {
    assertThatCode(() -> Agreement.check(losses(2.5 + 1e-4, 2.0 + 1e-3)))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(doubles = {2.4, 2.501, Double.NaN})
  void anotherFirstLossIsNamed(double other) {
    assertThatThrownBy(() -> Agreement.check(losses(other, 2)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("ours and theirs do not compute the same")
        .hasMessageContaining(String.valueOf(other));
  }

  @Test
  void soIsAnotherLossAfterUpdates() {
    assertThatThrownBy(() -> Agreement.check(losses(2.5, 2.5)))
        .hasMessageContaining("[2.5, 2.0] and [2.5, 2.5]");
  }

  private static Map<String, double[]> losses(double first, double second) {
    Map<String, double[]> losses = new LinkedHashMap<>();
    losses.put("ours", new double[] {2.5, 2});
    losses.put("theirs", new double[] {first, second});
    return losses;
  }
}
