package io.github.pelab.bench.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pelab.tasks.Example;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class WorkloadTest {
  @Test
  void theStandardOneHasProductsOf24GflopASample() {
    Workload standard = Workload.standard();
    assertThat(standard.tokens()).isEqualTo(64 * 128);
    // 6 layers, 3 passes, 2 FLOP: each token meets D·3D + D·D + 2·D·FF weights.
    long weights = 256 * 768 + 256 * 256 + 2 * 256 * 512;
    assertThat(Products.flops(standard)).isEqualTo(64L * 128 * weights * 6 * 3 * 2);
    assertThat(Products.flops(standard) / 64e9).isCloseTo(2.4, Offset.offset(0.05));
  }

  @Test
  void itsProductsGrowWithTokensNotWithPadding() {
    Workload padded = Workload.standard().ofBatches(16, 5, 120, 4);
    assertThat(padded.padded()).isTrue();
    assertThat(padded.examples())
        .hasSize(64)
        .extracting(Example::length)
        .allMatch(length -> length >= 5 && length <= 120);
    assertThat((double) Products.flops(padded) / Products.flops(Workload.standard()))
        .isCloseTo(padded.tokens() / (64.0 * 128), Offset.offset(1e-3));
  }

  @Test
  void anotherWidthKeepsHeadsOf16() {
    Workload wide = Workload.standard().ofWidth(512);
    assertThat(wide.width() / wide.heads()).isEqualTo(16);
    assertThat(wide.feedForward()).isEqualTo(1024);
  }
}
