package io.github.pelab.bench.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WorkTest {
  @Test
  void attentionHasTwoProductsAndItsGradientFive() {
    // 3 queries, 3 keys, 5 components: 45 multiply-adds a product.
    assertThat(Work.attention(3, 5)).isEqualTo(new Work(2 * 90, 4 * (4 * 15 + 3)));
    assertThat(Work.attentionGradient(3, 5)).isEqualTo(new Work(5 * 90, 4 * (8 * 15 + 3)));
  }

  @Test
  void aProductReadsTwoMatricesAndWritesOne() {
    assertThat(Work.product(2, 3, 5)).isEqualTo(new Work(60, 4 * (6 + 15 + 10)));
  }

  @Test
  void entriesAreCountedOneByOne() {
    assertThat(Work.entries(10, 3, 4)).isEqualTo(new Work(30, 160));
  }
}
