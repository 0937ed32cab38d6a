package io.github.pelab.layers;

import static io.github.pelab.layers.Networks.FAST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pelab.layers.heads.AttentionAccess;
import io.github.pelab.layers.heads.HeadPart;
import io.github.pelab.layers.heads.HeadReplacement;
import io.github.pelab.layers.heads.PartRemoval;
import io.github.pelab.layers.heads.Scope;
import io.github.pelab.layers.scheme.SchemeFactory;
import io.github.pelab.layers.scheme.Schemes;
import io.github.pelab.layers.sublayer.Activation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Graph, scalar kernels and vector kernels give the same outputs and gradients: for every scheme
 * and form there is, at lengths that fill tiles and at lengths that do not.
 */
class KernelViewsTest {
  private static final double DOUBLE = 1e-12;
  private static final double SINGLE = 1e-5;

  /** Powers of logits of either sign cancel. */
  private static final double SINGLE_OF_POWERS = 5e-5;

  private static final int[] LENGTHS = {1, 2, 13, 63, 111, 128};

  /** Of fast attention: longer ones take scalars long. */
  private static final int[] AROUND_A_CHUNK = {1, 13, 63, 65};

  @AfterEach
  void asBefore() {
    System.clearProperty("pe.kernel");
  }

  /** What a network made of a batch, and every gradient. */
  private record Made(INDArray output, Map<String, INDArray> gradients) {}

  /**
   * A network and a batch, in a precision.
   *
   * @param train the network's output and gradients for a batch in that precision
   */
  private record Case(Function<Networks, Model> network, BiFunction<Networks, Model, Made> train) {

    /** By one view; parameters are single-precision numbers, the same for all. */
    Made by(String kernel, DataType type) {
      System.setProperty("pe.kernel", kernel);
      Networks networks = Networks.of(type);
      Model model = network.apply(networks);
      INDArray parameters = numbers(model.params().length());
      model.setParams(parameters.castTo(type).reshape(model.params().shape()));
      assertThat(AttentionAccess.of(model)).allMatch(each -> each.kernel().startsWith(kernel));
      return train.apply(networks, model);
    }

    void viewsAgree() {
      viewsAgree(SINGLE);
    }

    void viewsAgree(double single) {
      Made graph = by("graph", DataType.DOUBLE);
      assertAgree(graph, by("scalar", DataType.DOUBLE), DOUBLE);
      assertAgree(graph, by("vector", DataType.FLOAT), single);
    }
  }

  private static void assertAgree(Made expected, Made found, double tolerance) {
    double typical =
        expected.gradients().values().stream()
            .mapToDouble(KernelViewsTest::size)
            .average()
            .orElse(0);
    assertThat(relative(expected.output(), found.output(), 0)).as("output").isLessThan(tolerance);
    expected
        .gradients()
        .forEach(
            (name, gradient) ->
                assertThat(relative(gradient, found.gradients().get(name), 1e-2 * typical))
                    .as("gradient of " + name)
                    .isLessThan(tolerance));
  }

  /** Root mean square. */
  private static double size(INDArray array) {
    return array.castTo(DataType.DOUBLE).norm2Number().doubleValue()
        / Math.sqrt((double) array.length());
  }

  /** Root mean square of the difference over that of the reference, or over {@code least}. */
  private static double relative(INDArray reference, INDArray found, double least) {
    INDArray difference = reference.castTo(DataType.DOUBLE).sub(found.castTo(DataType.DOUBLE));
    return size(difference) / Math.max(Math.max(size(reference), least), 1e-30);
  }

  private static Made made(Model network, INDArray output) {
    Map<String, INDArray> gradients = new HashMap<>();
    network
        .gradient()
        .gradientForVariable()
        .forEach((name, gradient) -> gradients.put(name, gradient.dup()));
    return new Made(output.dup(), gradients);
  }

  private static Case stack(EncoderStack.Builder stack, int length, INDArray mask) {
    return new Case(
        networks -> networks.stack(stack.build()),
        (networks, model) -> {
          MultiLayerNetwork network = (MultiLayerNetwork) model;
          int batch = (int) mask.size(0);
          INDArray tokens = networks.tokens(batch, length, 1);
          INDArray typed = mask.castTo(tokens.dataType());
          INDArray output = network.output(tokens, false, typed, null);
          network.setLayerMaskArrays(typed, null);
          network.setInput(tokens);
          network.setLabels(networks.labels(batch, 2));
          network.computeGradientAndScore();
          return made(network, output);
        });
  }

  private static Case sequence(
      SequenceLayer layer, SequenceLayer second, int length, INDArray mask) {
    return new Case(
        networks -> networks.sequence(layer, second),
        (networks, model) -> {
          MultiLayerNetwork network = (MultiLayerNetwork) model;
          int batch = (int) mask.size(0);
          INDArray input = numbers(batch, length, Networks.WIDTH).castTo(networks.type());
          INDArray typed = mask.castTo(input.dataType());
          INDArray output = network.output(input, false, typed, typed);
          network.setLayerMaskArrays(typed, typed);
          network.setInput(input);
          network.setLabels(networks.labels(batch, length, 2));
          network.computeGradientAndScore();
          return made(network, output);
        });
  }

  /** Single-precision numbers, the same in every precision. */
  private static INDArray numbers(long... shape) {
    Nd4j.getRandom().setSeed(5);
    return Nd4j.rand(DataType.FLOAT, shape).subi(0.5);
  }

  private static EncoderStack.Builder small(String scheme, String form) {
    return new EncoderStack.Builder()
        .vocabulary(Networks.VOCABULARY)
        .layers(2)
        .width(12)
        .heads(3)
        .feedForward(10)
        .scheme(scheme)
        .form(form)
        .maxLength(130);
  }

  /** Padding behind, before, in the middle, none, and nothing but it. */
  private static INDArray masks(int length) {
    INDArray mask = Nd4j.ones(DataType.FLOAT, 5, length);
    for (int t = 0; t < length; t++) {
      mask.putScalar(0, t, t < (length + 1) / 2 ? 1 : 0);
      mask.putScalar(1, t, t >= length / 3 ? 1 : 0);
      mask.putScalar(2, t, length > 2 && t > 0 && t % 4 == 1 && t < length - 1 ? 0 : 1);
      mask.putScalar(4, t, 0);
    }
    return mask;
  }

  private static INDArray masks(int length, int times) {
    return Nd4j.concat(0, Collections.nCopies(times, masks(length)).toArray(INDArray[]::new));
  }

  static Stream<Arguments> schemesAndForms() {
    return Schemes.all().stream()
        .map(SchemeFactory::name)
        .flatMap(scheme -> Networks.allForms().stream().map(form -> Arguments.of(scheme, form)));
  }

  private static double single(String form) {
    return form.equals(FAST) ? SINGLE_OF_POWERS : SINGLE;
  }

  @ParameterizedTest
  @MethodSource("schemesAndForms")
  void stacks(String scheme, String form) {
    for (int length : form.equals(FAST) ? AROUND_A_CHUNK : LENGTHS) {
      stack(small(scheme, form), length, masks(length)).viewsAgree(single(form));
    }
  }

  @ParameterizedTest
  @MethodSource("schemesAndForms")
  void attentionAlone(String scheme, String form) {
    MultiHeadAttention layer =
        new MultiHeadAttention.Builder().heads(2).scheme(scheme).form(form).maxLength(20).build();
    MultiHeadAttention scaled =
        new MultiHeadAttention.Builder()
            .heads(2)
            .scheme(scheme)
            .form(form)
            .maxLength(20)
            .logitScale(0.6)
            .build();
    sequence(layer, scaled, 13, masks(13)).viewsAgree(single(form));
  }

  static Stream<Arguments> options() {
    EncoderStack.Builder everyDropout =
        small("rope", "multi-head").attentionDropout(0.2).residualDropout(0.3).innerDropout(0.1);
    EncoderStack.Builder dropoutInLatent =
        small("t5", "mla(compressed=6,rotary=4)").attentionDropout(0.2).innerDropout(0.3);
    return Stream.of(
        Arguments.of("dropout", everyDropout),
        Arguments.of("dropout, mla", dropoutInLatent),
        Arguments.of("gelu", small("alibi", "multi-head").activation(Activation.GELU)),
        Arguments.of(
            "gelu, dropout",
            small("nope", "multi-head").activation(Activation.GELU).innerDropout(0.3)),
        Arguments.of("causal", small("t5+rope", "multi-head").causal(true)),
        Arguments.of(
            "causal, dropout", small("rope", "multi-head").causal(true).attentionDropout(0.2)),
        Arguments.of("seesPadding", small("learned", "multi-head").seesPadding(true)),
        Arguments.of("poolsPadding", small("rope", "multi-head").poolsPadding(true)),
        Arguments.of(
            "both",
            small("rope", "mla(compressed=6,rotary=4)").poolsPadding(true).seesPadding(true)),
        Arguments.of("no norm", small("sinusoidal+rope", "multi-head").finalNorm(false)),
        Arguments.of("logit scale", small("alibi+t5+rope", "multi-head").logitScale(0.6)),
        Arguments.of(
            "logit scale, mla, causal",
            small("t5(buckets=0,shared=false)+rope", "mla(compressed=6,rotary=4)")
                .logitScale(1.75)
                .causal(true)
                .attentionDropout(0.2)),
        Arguments.of("no bias", small("alibi+rope", "multi-head").bias(false)),
        Arguments.of("memory", small("t5(shared=false)", "multi-head").memory(true)),
        Arguments.of("memory, mla", small("rope", "mla(compressed=6,rotary=4)").memory(true)),
        Arguments.of("no norm, mla", small("rope", "mla(compressed=6,rotary=4,norm=false)")),
        Arguments.of(
            "one rotary query, mla",
            small("rope", "mla(compressed=6,rotary=4,rotaryQuery=shared)")),
        Arguments.of(
            "memory, mla as released",
            small("learned+turn-released", Networks.RELEASED).memory(true)),
        Arguments.of("odd heads", small("t5", "multi-head").width(15).heads(3)),
        Arguments.of(
            "odd heads, mla", small("rope", "mla(compressed=5,rotary=2)").width(15).heads(3)),
        Arguments.of("heads in groups", small("rope(heads=3)", "multi-head").width(128).heads(4)),
        Arguments.of("wide heads", small("rope(fraction=0.5)", "multi-head").width(160).heads(2)),
        Arguments.of("fast, causal", small("rope", FAST).causal(true)),
        Arguments.of("fast, causal, lag bias", small("t5+rope", FAST).causal(true).logitScale(0.6)),
        Arguments.of("fast, memory", small("rope", FAST).memory(true)),
        Arguments.of(
            "fast, both paddings", small("rope", FAST).poolsPadding(true).seesPadding(true)),
        Arguments.of("fast, odd heads", small("t5", FAST).width(15).heads(3)),
        Arguments.of("cut", small("alibi+rope", "multi-head(bound=1)").causal(true)),
        Arguments.of(
            "cut, memory, no bias",
            small("rope", "multi-head(bound=1)").memory(true).bias(false).logitScale(0.6)),
        Arguments.of("fast, cut", small("rope", "fast(degree=3,bound=1,cut=true)")),
        Arguments.of("one head", small("t5(buckets=0)", "multi-head").heads(1)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("options")
  void options(String name, EncoderStack.Builder stack) {
    stack(stack, 13, masks(13)).viewsAgree();
  }

  /** A batch with more chunks than lanes, and weights whose gradients add up over both. */
  @ParameterizedTest
  @ValueSource(strings = {"multi-head", "mla(compressed=6,rotary=4)"})
  void chunks(String form) {
    EncoderStack.Builder stack = small("learned+rope+t5", form).attentionDropout(0.1);
    stack(stack, 120, masks(120, 24)).viewsAgree();
  }

  @Test
  void blocks() {
    EncoderBlock block =
        new EncoderBlock.Builder()
            .heads(2)
            .scheme("sinusoidal+alibi")
            .feedForward(6)
            .residualDropout(0.2)
            .build();
    sequence(block, block, 13, masks(13)).viewsAgree();
  }

  @Test
  void vertices() {
    EncoderBlock block =
        new EncoderBlock.Builder()
            .width(Networks.WIDTH)
            .heads(2)
            .scheme("learned+t5+rope")
            .feedForward(6)
            .attentionDropout(0.2)
            .maxLength(20)
            .build();
    int length = 13;
    INDArray mask = masks(length);
    INDArray memoryMask = Nd4j.reverse(masks(length));
    new Case(
            networks -> networks.withMemory(block),
            (networks, model) -> {
              ComputationGraph network = (ComputationGraph) model;
              DataType type = networks.type();
              INDArray[] inputs = {
                numbers(5, length, Networks.WIDTH).castTo(type),
                numbers(5, length, Networks.WIDTH).mul(2).castTo(type)
              };
              INDArray[] masks = {mask.castTo(type), memoryMask.castTo(type)};
              INDArray[] labels = {networks.labels(5, length, 2)};
              network.fit(new MultiDataSet(inputs, labels, masks, new INDArray[] {masks[0]}));
              network.setLayerMaskArrays(masks, new INDArray[] {masks[0]});
              INDArray output = network.output(false, inputs, masks, new INDArray[] {masks[0]})[0];
              return made(network, output);
            })
        .viewsAgree();
  }

  /** A replaced head, its value by token: also gone from the gradients. */
  @Test
  void replacedHeads() {
    Case plain = stack(small("rope", "multi-head"), 13, masks(13));
    HeadReplacement byToken = new HeadReplacement(0, 1, numbers(5, 13, 4));
    HeadReplacement mean = new HeadReplacement(1, 2, numbers(4));
    new Case(
            plain.network(),
            (networks, model) -> {
              try (Scope scope =
                  AttentionAccess.of(model).get(0).intervene(List.of(byToken, mean))) {
                return plain.train().apply(networks, model);
              }
            })
        .viewsAgree();
  }

  /** Parts of heads, removed: also gone from the gradients. */
  @ParameterizedTest
  @CsvSource({
    "rope+t5(buckets=0)+alibi, multi-head",
    "rope+t5, 'mla(compressed=6,rotary=4)'",
    "rope+alibi, 'mla(compressed=6,rotary=4,norm=false,rotaryQuery=shared)'"
  })
  void removedParts(String scheme, String form) {
    Case plain = stack(small(scheme, form), 13, masks(13));
    new Case(
            plain.network(),
            (networks, model) -> {
              AttentionAccess access = AttentionAccess.of(model).get(0);
              List<PartRemoval> removals = new ArrayList<>();
              int head = 0;
              for (HeadPart part : HeadPart.values()) {
                if (access.parts().contains(part)) {
                  removals.add(new PartRemoval(0, head, part));
                  removals.add(new PartRemoval(1, (head + 1) % access.heads(), part));
                  head = (head + 1) % access.heads();
                }
              }
              Made whole = plain.train().apply(networks, model);
              try (Scope scope = access.intervene(removals)) {
                Made without = plain.train().apply(networks, model);
                assertThat(relative(whole.output(), without.output(), 0)).isGreaterThan(5 * SINGLE);
                return without;
              }
            })
        .viewsAgree();
  }

  @Test
  void aDifferenceWouldShow() {
    Made rope = stack(small("rope", "multi-head"), 13, masks(13)).by("graph", DataType.DOUBLE);
    Made other =
        stack(small("rope(base=9000)", "multi-head"), 13, masks(13)).by("vector", DataType.FLOAT);
    assertThatThrownBy(() -> assertAgree(rope, other, SINGLE)).isInstanceOf(AssertionError.class);
  }

  /** Of few threads each has lanes of its own, many work on one lane together. */
  @ParameterizedTest
  @ValueSource(strings = {"multi-head", "mla(compressed=6,rotary=4)"})
  void theBitsDoNotDependOnTheNumberOfThreads(String form) throws Exception {
    EncoderStack.Builder stack = small("learned+rope+t5", form).attentionDropout(0.1);
    List<Made> made = new ArrayList<>();
    for (int threads : new int[] {1, 2, 20}) {
      ForkJoinPool pool = new ForkJoinPool(threads);
      try {
        made.add(
            pool.submit(() -> stack(stack, 120, masks(120, 3)).by("vector", DataType.FLOAT)).get());
      } finally {
        pool.shutdown();
      }
    }
    for (Made each : made) {
      assertThat(each.output()).isEqualTo(made.get(0).output());
      assertThat(each.gradients()).isEqualTo(made.get(0).gradients());
    }
  }

  @Test
  void kernelsAreChosenByPrecisionAndProperty() {
    EncoderStack stack = small("rope", "multi-head").build();
    assertThat(kernel(DataType.FLOAT, stack)).matches("vector \\d+");
    assertThat(kernel(DataType.DOUBLE, stack)).isEqualTo("graph");
    System.setProperty("pe.kernel", "scalar");
    assertThat(kernel(DataType.FLOAT, stack)).isEqualTo("scalar");
    System.setProperty("pe.kernel", "vector");
    assertThatThrownBy(() -> kernel(DataType.DOUBLE, stack))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("-Dpe.kernel=vector needs a network of type FLOAT");
    System.setProperty("pe.kernel", "fast");
    assertThatThrownBy(() -> kernel(DataType.FLOAT, stack))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-Dpe.kernel: found 'fast'; use graph, scalar or vector");
  }

  private static String kernel(DataType type, EncoderStack stack) {
    return AttentionAccess.of(Networks.of(type).stack(stack)).get(0).kernel();
  }

  /** Scalar kernels serve networks of single precision where vectors cannot be had. */
  @Test
  void scalarsInSinglePrecision() {
    Case each = stack(small("learned+rope+t5", "multi-head"), 13, masks(13));
    assertAgree(each.by("graph", DataType.DOUBLE), each.by("scalar", DataType.FLOAT), SINGLE);
  }

  /** After a pass for inference the gradients are those of a pass that was to be differentiated. */
  @Test
  void aBackwardPassAfterInference() {
    Networks networks = Networks.of(DataType.FLOAT);
    MultiLayerNetwork network = networks.alone(small("rope", "multi-head").build());
    INDArray tokens = networks.tokens(3, 9, 1);
    INDArray epsilon = numbers(3, 12);
    network.setInput(tokens);
    network.feedForward(true, false);
    INDArray trained = network.backpropGradient(epsilon, null).getFirst().gradient().dup();
    network.setInput(tokens);
    network.feedForward(false, false);
    INDArray inferred = network.backpropGradient(epsilon, null).getFirst().gradient();
    assertThat(inferred).isEqualTo(trained);
    assertThat(trained.norm2Number().doubleValue()).isPositive();
  }
}
