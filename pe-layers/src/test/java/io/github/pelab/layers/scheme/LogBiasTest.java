package io.github.pelab.layers.scheme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

class LogBiasTest {
  @Test
  void fallsWithTheLogarithmOfTheLagOnBothSides() {
    LagBias bias = new LogBias(2).lagBias().orElseThrow();
    assertThat(bias.at(0, 4, 0)).isZero();
    assertThat(bias.at(3, 4, 1)).isCloseTo(-1.3862943611198906, within(1e-15)); // −2 ln 2
    assertThat(bias.at(0, 4, -7)).isCloseTo(-4.1588830833596715, within(1e-15)); // −2 ln 8
  }

  /** Only in the run of the tests of schemes that has it on the class path: it is not shipped. */
  @Test
  @EnabledIfSystemProperty(named = "pe.worked.example", matches = "true")
  void isFoundByItsName() {
    assertThat(Schemes.parse("log-bias(strength=2)+rope")).hasToString("log-bias(strength=2)+rope");
    assertThat(Schemes.all()).extracting(SchemeFactory::name).contains("log-bias");
  }
}
