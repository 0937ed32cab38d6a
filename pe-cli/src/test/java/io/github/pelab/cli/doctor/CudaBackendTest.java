package io.github.pelab.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CudaBackendTest {

  @ParameterizedTest
  @ValueSource(strings = {"3.7", "5.0", "6.1", "7.5", "8.0", "8.6", "8.9"})
  void runsOn(String capability) {
    assertThat(CudaBackend.problem(Optional.of(List.of(card(capability))))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"9.0", "10.0", "12.0"})
  void isTooOldFor(String capability) {
    assertThat(CudaBackend.problem(Optional.of(List.of(card(capability)))))
        .hasValueSatisfying(
            problem ->
                assertThat(problem)
                    .contains("cannot run on Card " + capability, "newer than the 8.x")
                    .contains("use the CPU build", "3.7 to 8.9")
                    .doesNotContain("\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.5", "2.1"})
  void isTooNewFor(String capability) {
    assertThat(CudaBackend.problem(Optional.of(List.of(card(capability)))))
        .hasValueSatisfying(problem -> assertThat(problem).contains("older than the 3.7"));
  }

  @Test
  void oneCardThatWorksIsEnough() {
    assertThat(CudaBackend.problem(Optional.of(List.of(card("9.0"), card("8.6"))))).isEmpty();
  }

  @Test
  void anUnknownCapabilityIsNotHeldAgainstACard() {
    assertThat(CudaBackend.problem(Optional.of(List.of(card("[N/A]"))))).isEmpty();
  }

  @Test
  void noCardIsAProblem() {
    assertThat(CudaBackend.problem(Optional.of(List.of())))
        .hasValueSatisfying(problem -> assertThat(problem).contains("needs an NVIDIA card"));
  }

  @Test
  void noDriverIsAProblem() {
    assertThat(CudaBackend.problem(Optional.empty()))
        .hasValueSatisfying(problem -> assertThat(problem).contains("driver", "CPU build"));
  }

  @Test
  void theCpuBuildHasNoProblem() {
    assertThat(CudaBackend.onClassPath()).isFalse();
    assertThat(CudaBackend.problem()).isEmpty();
  }

  private static Gpu card(String capability) {
    return new Gpu("Card " + capability, ComputeCapability.parse(capability), "1 MiB");
  }

  @Test
  void readsWhatNvidiaSmiPrints() {
    String output =
        """
        NVIDIA GeForce RTX 4090, 8.9, 24564 MiB
        NVIDIA H200, 9.0, 143771 MiB
        Odd, Name, 12.0, 97887 MiB
        """;
    assertThat(Gpu.parse(output))
        .containsExactly(
            new Gpu(
                "NVIDIA GeForce RTX 4090", Optional.of(new ComputeCapability(8, 9)), "24564 MiB"),
            new Gpu("NVIDIA H200", Optional.of(new ComputeCapability(9, 0)), "143771 MiB"),
            new Gpu("Odd, Name", Optional.of(new ComputeCapability(12, 0)), "97887 MiB"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n\n",
        "No devices were found",
        "NVIDIA-SMI has failed, because",
        ",,",
        "a,b"
      })
  void passesOverGarbage(String output) {
    assertThat(Gpu.parse(output)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "9", "9.", ".0", "nine.zero", "-9.0", "9.0.1", "99999999999.0"})
  void aCapabilityIsTwoNumbers(String text) {
    assertThat(ComputeCapability.parse(text)).isEmpty();
  }

  @Test
  void tenIsNewerThanNine() {
    assertThat(new ComputeCapability(10, 0)).isGreaterThan(new ComputeCapability(9, 9));
  }
}
