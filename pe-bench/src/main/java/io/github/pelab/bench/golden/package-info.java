/**
 * The layers of {@code pe-layers} once more, from the formulas of the papers, on PyTorch's tensors
 * and with PyTorch's gradients: where the values that {@code GoldenTest} of {@code pe-layers}
 * compares with come from. Nothing here calls {@code pe-layers}; the two implementations share the
 * names of parameters and the words of configs, no line of mathematics.
 *
 * <pre>
 *   ./mvnw -Pbench -Dgolden=write -pl pe-bench -am process-classes    writes pe-layers/src/test/resources/golden
 *   ./mvnw -Pbench -Dgolden=check -pl pe-bench -am process-classes    recomputes it and compares
 * </pre>
 *
 * <p>Legend: B batch, T time, D width, H heads, K = D/H head size, C compressed, R rotary.
 */
package io.github.pelab.bench.golden;
