package io.github.pelab.bench.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.pelab.bench.step.Child.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeatTest {
  private static final Workload SMALL =
      new Workload("rope", "multi-head", 2, 32, 4, 64, 0, 8, 16, 16, 1);
  private static final Workload PADDED = SMALL.ofBatches(4, 5, 16, 2);

  /** Only the profile "bench" brings it. */
  private static void needsPyTorch() {
    assumeThat(HeatTest.class.getResource("/jnilib/pytorch.properties")).isNotNull();
  }

  @Test
  void everyoneTrainsTheSameModelAndIsTimed() {
    needsPyTorch();
    List<Heat.Result> results =
        new Heat(1, 3)
            .run(
                "test",
                List.of(
                    Entry.ours("kernels", SMALL, "vector"),
                    Entry.ours("graph", SMALL, "graph"),
                    Entry.torch("eager", Kind.TORCH_EAGER, SMALL),
                    Entry.torch("fused", Kind.TORCH_FUSED, SMALL).tuned(),
                    Entry.products(SMALL)));
    assertThat(results)
        .hasSize(5)
        .allSatisfy(
            result -> {
              assertThat(result.steps()).hasSize(3).allMatch(step -> step > 0);
              assertThat(result.gibibytes()).isBetween(0.02, 4.0);
            });
    assertThat(results.get(0).description()).endsWith("kernel vector");
    assertThat(results.get(2).description()).startsWith("PyTorch 2.7.1");
  }

  @Test
  void paddingChangesNothing() {
    needsPyTorch();
    assertThat(
            new Heat(0, 1)
                .run(
                    "test",
                    List.of(
                        Entry.ours("kernels", PADDED, "vector"),
                        Entry.torch("eager", Kind.TORCH_EAGER, PADDED),
                        Entry.torch("fused", Kind.TORCH_FUSED, PADDED),
                        Entry.torch("by length", Kind.TORCH_BUCKETED, PADDED))))
        .hasSize(4);
  }

  @Test
  void aProcessThatFailsIsNamedWithItsReason() {
    Workload alibi = SMALL.positionedBy("alibi", "multi-head");
    assertThatThrownBy(
            () ->
                new Heat(0, 1).run("test", List.of(Entry.torch("eager", Kind.TORCH_EAGER, alibi))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("eager: its process ended")
        .hasMessageContaining("on PyTorch there is multi-head with rope alone");
  }
}
