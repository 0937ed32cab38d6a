package io.github.pelab.train.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.pelab.layers.heads.HeadPart;
import io.github.pelab.train.config.AblationConfig.Mode;
import io.github.pelab.train.config.AblationConfig.Part;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AblationConfigTest {

  @ParameterizedTest
  @CsvSource({
    "MEAN,     , , , mean",
    "ZERO,     , , , zero",
    "RESAMPLE, , , , resample",
    "AS_RELEASED, , , , as-released",
    "ZERO, true, true, true, as-released",
    "ZERO, true, true, , zero+last-head-stays+latent-columns",
    "AS_RELEASED, , , false, zero+last-head-stays+latent-columns",
    "AS_RELEASED, false, false, false, zero",
    "MEAN, true, true, true, mean+last-head-stays+latent-columns+train-and-test",
    "RESAMPLE, , , true, resample+train-and-test"
  })
  void oneNameForOneIntervention(
      Mode mode, Boolean lastHeadStays, Boolean latentColumns, Boolean trainAndTest, String name) {
    assertThat(
            new AblationConfig(
                    mode,
                    null,
                    null,
                    lastHeadStays,
                    latentColumns,
                    trainAndTest,
                    null,
                    null,
                    null,
                    null)
                .interventionName())
        .isEqualTo(name);
  }

  /** Each part has its own name, which the layers know. */
  @ParameterizedTest
  @EnumSource
  void aPartIsNamedInPlaceOfTheMode(Part part) {
    AblationConfig config =
        new AblationConfig(Mode.ZERO, part, null, null, null, null, null, null, null, null);
    assertThat(config.interventionName())
        .isEqualTo(part == Part.OUTPUT ? "zero" : "without-" + part.key());
    assertThat(part.ofScores().map(HeadPart::toString).orElse("output")).isEqualTo(part.key());
  }

  /** Latent columns would be ablated in the part's place, under the part's name. */
  @Test
  void aPartLeavesNoRoomForLatentColumns() {
    AblationConfig released = AblationConfig.of(Mode.AS_RELEASED);
    assertThat(released.withPart(Part.ROTARY).latentColumns()).isFalse();
    assertThat(released.withPart(Part.ROTARY).interventionName())
        .isEqualTo("without-rotary+last-head-stays+train-and-test");
    assertThat(released.withPart(Part.OUTPUT)).isEqualTo(released);
    assertThat(AblationConfig.DEFAULTS.withPart(Part.ROTARY).withMode(Mode.AS_RELEASED))
        .isEqualTo(released.withPart(Part.ROTARY));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new AblationConfig(
                    null, Part.ROTARY, null, null, true, null, null, null, null, null))
        .withMessage(
            "latentColumns: found true; leave it out with part rotary, or choose part output");
  }

  @Test
  void anotherModeHasItsOwnFaults() {
    DepositRule rule = new DepositRule(0.01, null, null, null, null, null, null, null, null);
    AblationConfig mean = new AblationConfig(Mode.MEAN, null, rule, true, null, null, 2, 7, 64, 3);

    assertThat(mean.withMode(Mode.ZERO))
        .isEqualTo(new AblationConfig(Mode.ZERO, null, rule, false, false, false, 2, 7, 64, 3));
    assertThat(mean.withMode(Mode.AS_RELEASED).interventionName()).isEqualTo("as-released");
    assertThat(AblationConfig.of(Mode.MEAN)).isEqualTo(AblationConfig.DEFAULTS);
  }

  @ParameterizedTest
  @CsvSource({
    "-1, 0, 0, 0, pairs",
    "17, 0, 0, 0, pairs",
    "0, -1, 0, 0, controls",
    "0, 1001, 0, 0, controls",
    "0, 0, -1, 0, portrait",
    "0, 0, 0, -1, every"
  })
  void whatIsOutOfRangeIsNamed(int pairs, int controls, int portrait, int every, String field) {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new AblationConfig(
                    null, null, null, null, null, null, pairs, controls, portrait, every))
        .withMessageStartingWith(field + ": found ");
  }
}
