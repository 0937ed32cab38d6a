package io.github.pelab.layers;

import static io.github.pelab.layers.Networks.VOCABULARY;
import static io.github.pelab.layers.Networks.WIDTH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.pelab.layers.heads.AttentionAccess;
import java.util.function.Predicate;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What all logits are multiplied by. That views agree on it is tested where they are. */
class LogitScaleTest {
  private static final double SCALE = 2.5;

  @AfterEach
  void asBefore() {
    System.clearProperty("pe.kernel");
  }

  private static EncoderStack.Builder stack(String scheme, String form) {
    return new EncoderStack.Builder()
        .vocabulary(VOCABULARY)
        .layers(2)
        .width(WIDTH)
        .heads(2)
        .scheme(scheme)
        .form(form)
        .feedForward(6);
  }

  /** How far a model with scaled logits is from one whose {@code scaled} parameters are scaled. */
  private static double distance(
      Networks networks, String scheme, String form, double by, Predicate<String> scaled) {
    INDArray tokens = networks.tokens(3, 6, 1);
    INDArray mask = networks.mask(6, 6, 4, 1);
    MultiLayerNetwork one = networks.stack(stack(scheme, form).logitScale(SCALE).build());
    MultiLayerNetwork other = networks.stack(stack(scheme, form).build());
    one.paramTable()
        .forEach(
            (name, array) -> {
              // T5's biases begin so near to zero that they would hardly show.
              array.muli(name.contains("lagBias") ? 30 : 1);
              other.setParam(name, scaled.test(name) ? array.mul(by) : array);
            });
    return one.output(tokens, false, mask, null)
        .sub(other.output(tokens, false, mask, null))
        .amaxNumber()
        .doubleValue();
  }

  private static boolean ofQueries(String name) {
    return name.matches(".*\\.(q\\.W|q\\.b|uq\\.W|qr\\.W)");
  }

  /** Logits without biases by lag are linear in what makes queries of their input. */
  @ParameterizedTest
  @CsvSource({
    "nope, multi-head",
    "rope, multi-head",
    "nope, 'mla(compressed=6,rotary=4)'",
    "rope, 'mla(compressed=6,rotary=4)'",
    "nope, 'mla(compressed=6,rotary=4,norm=false,rotaryQuery=shared)'"
  })
  void isThatOfQueries(String scheme, String form) {
    for (String kernel : new String[] {"graph", "scalar", "vector"}) {
      System.setProperty("pe.kernel", kernel);
      Networks networks = Networks.of(kernel.equals("vector") ? DataType.FLOAT : DataType.DOUBLE);
      double rounding = kernel.equals("vector") ? 1e-6 : 1e-14;
      assertThat(AttentionAccess.of(networks.stack(stack(scheme, form).build())).get(0).kernel())
          .startsWith(kernel);
      assertThat(distance(networks, scheme, form, SCALE, LogitScaleTest::ofQueries))
          .isLessThan(rounding);
      assertThat(distance(networks, scheme, form, 1.001 * SCALE, LogitScaleTest::ofQueries))
          .isGreaterThan(10 * rounding);
      assertThat(distance(networks, scheme, form, 1, name -> false)).isGreaterThan(1e-3);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"multi-head", "mla(compressed=6,rotary=4)"})
  void isThatOfLagBiasesToo(String form) {
    for (String kernel : new String[] {"graph", "scalar"}) {
      System.setProperty("pe.kernel", kernel);
      Networks networks = Networks.of(DataType.DOUBLE);
      assertThat(distance(networks, "t5", form, SCALE, LogitScaleTest::ofQueries))
          .isGreaterThan(1e-4);
      assertThat(
              distance(
                  networks, "t5", form, SCALE, name -> ofQueries(name) || name.contains("lagBias")))
          .isLessThan(1e-14);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void isAFiniteNumberAboveZero(double scale) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MultiHeadAttention.Builder().logitScale(scale))
        .withMessage("logitScale must be a finite number above 0, found " + scale);
  }

  @Test
  void isOneWhereNothingIsSaidOfIt() {
    Networks networks = Networks.of(DataType.FLOAT);
    MultiLayerConfiguration silent =
        networks.stack(stack("rope", "multi-head").build()).getLayerWiseConfigurations();
    MultiLayerConfiguration one =
        networks
            .stack(stack("rope", "multi-head").logitScale(1).build())
            .getLayerWiseConfigurations();
    MultiLayerConfiguration other =
        networks
            .stack(stack("rope", "multi-head").logitScale(SCALE).build())
            .getLayerWiseConfigurations();
    assertThat(one).isEqualTo(silent);
    assertThat(other).isNotEqualTo(silent);
    String json = other.toJson();
    String before = json.replaceAll(",\\s*\"logitScale\" : 2.5", "");
    assertThat(before).isNotEqualTo(json).doesNotContain("logitScale");
    assertThat(MultiLayerConfiguration.fromJson(before)).isEqualTo(silent);
    assertThat(MultiLayerConfiguration.fromJson(json)).isEqualTo(other);
  }
}
