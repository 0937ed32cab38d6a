package org.example;

import static java.util.stream.Collectors.joining;

import io.github.pelab.layers.EncoderBlock;
import io.github.pelab.layers.heads.AttentionAccess;
import io.github.pelab.layers.heads.AttentionTrace;
import io.github.pelab.layers.heads.HeadReplacement;
import io.github.pelab.layers.heads.Scope;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * A language model of characters. It learns a nursery rhyme, goes on from its first words, shows
 * what each attention head looks at, and what the model loses without that head.
 *
 * <p>The positional scheme is the first argument, {@code rope} if there is none: compare {@code
 * nope}, {@code alibi}, {@code t5+rope(heads=2)}.
 *
 * <p>Arrays are {@code [batch, time, width]}, which DL4J calls NWC; each layer that could have it
 * otherwise is told so.
 */
public final class CharModel {
  private static final int TIME = 64;
  private static final int WIDTH = 64;
  private static final int HEADS = 4;
  private static final int BLOCKS = 2;
  private static final int BATCH = 16;
  private static final int STEPS = 100;

  private final String text;
  private final String alphabet;
  private final MultiLayerNetwork network;

  private CharModel(String text, String scheme) {
    this.text = text;
    alphabet = text.chars().distinct().sorted().mapToObj(Character::toString).collect(joining());
    network = network(alphabet.length(), scheme);
  }

  private static MultiLayerNetwork network(int characters, String scheme) {
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .updater(new Adam(3e-3))
            .list()
            .layer(
                new EmbeddingSequenceLayer.Builder()
                    .nIn(characters)
                    .nOut(WIDTH)
                    .outputDataFormat(RNNFormat.NWC)
                    .build());
    for (int block = 0; block < BLOCKS; block++) {
      layers.layer(
          new EncoderBlock.Builder()
              .width(WIDTH)
              .heads(HEADS)
              .scheme(scheme)
              .causal(true)
              .maxLength(TIME)
              .build());
    }
    layers.layer(
        new RnnOutputLayer.Builder(LossFunction.MCXENT)
            .activation(Activation.SOFTMAX)
            .dataFormat(RNNFormat.NWC)
            .nIn(WIDTH)
            .nOut(characters)
            .build());
    MultiLayerNetwork network = new MultiLayerNetwork(layers.build());
    network.init();
    return network;
  }

  public static void main(String[] arguments) throws IOException {
    String scheme = arguments.length == 0 ? "rope" : arguments[0];
    CharModel model = new CharModel(rhyme(), scheme);
    model.introduce(scheme);
    model.train();
    System.out.println(model.continued("This is the ", 120));
    model.showHeads("This is the cat,\nThat killed the ");
  }

  private static String rhyme() throws IOException {
    try (InputStream resource = CharModel.class.getResourceAsStream("house.txt")) {
      return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private void introduce(String scheme) {
    System.out.printf(
        "scheme %s, %d parameters; a guess among %d characters loses %.3f%n",
        scheme, network.numParams(), alphabet.length(), Math.log(alphabet.length()));
  }

  private void train() {
    Random random = new Random(1);
    for (int step = 0; step < STEPS; step++) {
      if (step % 25 == 0) {
        System.out.printf("step %3d: loss %.3f%n", step, loss());
      }
      network.fit(windows(random.ints(BATCH, 0, text.length() - TIME).toArray()));
    }
    System.out.printf("step %3d: loss %.3f%n", STEPS, loss());
  }

  /** Windows of the text, and for each of their characters, one-hot, the one that follows. */
  private DataSet windows(int[] starts) {
    INDArray characters = Nd4j.zeros(DataType.FLOAT, starts.length, TIME);
    INDArray next = Nd4j.zeros(DataType.FLOAT, starts.length, TIME, alphabet.length());
    for (int b = 0; b < starts.length; b++) {
      for (int t = 0; t < TIME; t++) {
        int at = starts[b] + t;
        characters.putScalar(b, t, number(text.charAt(at)));
        next.putScalar(b, t, number(text.charAt(at + 1)), 1);
      }
    }
    return new DataSet(characters, next);
  }

  private int number(char character) {
    return alphabet.indexOf(character);
  }

  /** In nats a character, over the whole text. DL4J's score is the sum over a window. */
  private double loss() {
    int[] starts = IntStream.range(0, (text.length() - 1) / TIME).map(i -> i * TIME).toArray();
    return network.score(windows(starts)) / TIME;
  }

  /** Probabilities of what follows each character: {@code [1, time, alphabet]}. */
  private INDArray predict(String some) {
    INDArray characters = Nd4j.zeros(DataType.FLOAT, 1, some.length());
    for (int t = 0; t < some.length(); t++) {
      characters.putScalar(0, t, number(some.charAt(t)));
    }
    return network.output(characters);
  }

  /** The likeliest next character, again and again. */
  private String continued(String prompt, int count) {
    StringBuilder written = new StringBuilder(prompt);
    for (int i = 0; i < count; i++) {
      String seen = written.substring(Math.max(0, written.length() - TIME));
      INDArray next = predict(seen).slice(0).slice(seen.length() - 1);
      written.append(alphabet.charAt(next.argMax().getInt(0)));
    }
    return written.toString();
  }

  /** Of each head: where the last character looks, and the loss when the head is silenced. */
  private void showHeads(String some) {
    List<AttentionAccess> blocks = AttentionAccess.of(network);
    for (int block = 0; block < BLOCKS; block++) {
      AttentionAccess access = blocks.get(block);
      List<AttentionTrace> traces = new ArrayList<>();
      try (Scope observing = access.observe(traces::add)) {
        predict(some);
      }
      INDArray weights = traces.get(0).weights().slice(0); // [heads, time, time]
      for (int head = 0; head < HEADS; head++) {
        INDArray ofLast = weights.slice(head).slice(some.length() - 1);
        int most = ofLast.argMax().getInt(0);
        INDArray nothing = Nd4j.zeros(DataType.FLOAT, access.headSize());
        try (Scope silenced = access.intervene(List.of(new HeadReplacement(0, head, nothing)))) {
          System.out.printf(
              "block %d head %d: %2.0f %% of its attention is %2d back; loss without it %.3f%n",
              block, head, 100 * ofLast.getDouble(most), some.length() - 1 - most, loss());
        }
      }
    }
  }
}
