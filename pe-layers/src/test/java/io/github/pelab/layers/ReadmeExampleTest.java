package io.github.pelab.layers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The README's example compiles, trains, saves, loads and predicts the same bits. */
class ReadmeExampleTest {
  @TempDir Path directory;

  private static MultiLayerNetwork network() {
    // example
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Adam(1e-2))
                .list()
                .layer(
                    new EncoderStack.Builder()
                        .vocabulary(50)
                        .layers(2)
                        .width(32)
                        .heads(4)
                        .scheme("rope(base=500)")
                        .build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nIn(32)
                        .nOut(2)
                        .build())
                .build());
    network.init();
    // end of example
    return network;
  }

  @Test
  void trainsSavesLoadsAndPredictsTheSameBits() throws IOException {
    MultiLayerNetwork network = network();
    Networks networks = Networks.of(DataType.FLOAT);
    INDArray tokens = networks.tokens(16, 9, 1);
    INDArray labels = org.nd4j.linalg.factory.Nd4j.zeros(DataType.FLOAT, 16, 2);
    for (int i = 0; i < 16; i++) {
      labels.putScalar(i, i % 2, 1);
    }
    DataSet batch = new DataSet(tokens, labels, null, null);
    double before = network.score(batch);
    for (int step = 0; step < 40; step++) {
      network.fit(batch);
    }
    assertThat(network.score(batch)).isLessThan(before / 5);
    File file = directory.resolve("model.zip").toFile();
    ModelSerializer.writeModel(network, file, true);
    assertThat(Bits.of(ModelSerializer.restoreMultiLayerNetwork(file).output(tokens)))
        .isEqualTo(Bits.of(network.output(tokens)));
  }

  @Test
  void isWhatTheReadmeShows() throws IOException {
    String source =
        Files.readString(
            Path.of("src/test/java/io/github/pelab/layers/ReadmeExampleTest.java"),
            StandardCharsets.UTF_8);
    String example = between(source, "// example\n", "// end of example").stripIndent().strip();
    String readme = Files.readString(Path.of("../README.md"), StandardCharsets.UTF_8);
    assertThat(between(readme, "```java\n", "```").strip()).isEqualTo(example);
  }

  private static String between(String text, String start, String end) {
    int from = text.indexOf(start) + start.length();
    return text.substring(from, text.indexOf(end, from));
  }
}
