package io.github.pelab.cli.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * A headless Chromium with one page, led over the <a
 * href="https://chromedevtools.github.io/devtools-protocol/">DevTools protocol</a>.
 */
final class Browser implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SECONDS = 60;

  private final Process process;
  private final WebSocket socket;
  private String session;
  private final AtomicInteger calls = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> replies = new ConcurrentHashMap<>();
  private final Queue<String> logged = new ConcurrentLinkedQueue<>();

  /** The browser's program, if one is on the PATH. */
  static Optional<Path> program() {
    return Stream.of("chromium", "google-chrome")
        .flatMap(
            name ->
                Stream.of(System.getenv("PATH").split(File.pathSeparator))
                    .map(folder -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * Starts {@code program}.
   *
   * @param profile a directory that it may fill
   */
  Browser(Path program, Path profile) throws Exception {
    Path messages = Files.createDirectories(profile).resolve("messages.txt");
    process =
        new ProcessBuilder(
                program.toString(),
                "--headless",
                "--no-sandbox", // CI runs as root
                "--disable-gpu",
                "--disable-dev-shm-usage", // containers have little shared memory
                "--disable-lcd-text", // whose fringes would pass for a chart's colours
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--user-data-dir=" + profile,
                "--remote-debugging-port=0",
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(messages.toFile())
            .start();
    try {
      String endpoint = endpoint(messages);
      socket =
          HttpClient.newBuilder()
              .proxy(HttpClient.Builder.NO_PROXY)
              .build()
              .newWebSocketBuilder()
              .buildAsync(URI.create(endpoint), new Listener())
              .get(SECONDS, TimeUnit.SECONDS);
      attach();
    } catch (Exception e) {
      process.destroyForcibly();
      throw e;
    }
  }

  /** The address that the browser says it listens on. */
  private String endpoint(Path messages) throws IOException, InterruptedException {
    String marker = "DevTools listening on ";
    for (int i = 0; i < 10 * SECONDS && process.isAlive(); i++) {
      Optional<String> line =
          Files.readString(messages).lines().filter(text -> text.startsWith(marker)).findFirst();
      if (line.isPresent()) {
        return line.get().substring(marker.length());
      }
      Thread.sleep(100);
    }
    throw new IllegalStateException(
        "The browser did not start; it said: " + Files.readString(messages));
  }

  private void attach() {
    String target =
        call("Target.createTarget", Map.of("url", "about:blank")).get("targetId").asText();
    session =
        call("Target.attachToTarget", Map.of("targetId", target, "flatten", true))
            .get("sessionId")
            .asText();
    for (String domain : List.of("Page", "Runtime", "Log")) {
      call(domain + ".enable", Map.of());
    }
  }

  /**
   * Opens a page, as on a screen of {@code width} pixels whose owner likes {@code scheme}.
   *
   * @param scheme {@code dark} or {@code light}
   */
  void open(Path page, int width, String scheme) {
    resize(width);
    prefer(scheme);
    logged.clear();
    call("Page.navigate", Map.of("url", page.toUri().toString()));
  }

  /** Has every page that is opened from now on run a script before its own. */
  void before(String script) {
    call("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script));
  }

  /** Changes the window's width. */
  void resize(int width) {
    call(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", false));
  }

  /** Changes what the owner likes while the page is open. */
  void prefer(String scheme) {
    call(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  /** A script's value, awaited if it is a promise. */
  JsonNode evaluate(String script) {
    JsonNode reply =
        call(
            "Runtime.evaluate",
            Map.of("expression", script, "awaitPromise", true, "returnByValue", true));
    if (reply.has("exceptionDetails")) {
      throw new IllegalStateException(reply.get("exceptionDetails").toString());
    }
    return reply.get("result").path("value");
  }

  /** The pixels that are in the window. */
  BufferedImage pixels() throws IOException {
    JsonNode reply = call("Page.captureScreenshot", Map.of("format", "png"));
    return ImageIO.read(
        new ByteArrayInputStream(Base64.getDecoder().decode(reply.get("data").asText())));
  }

  /** What the page has logged as a warning or an error, or thrown, since it was opened. */
  List<String> logged() {
    return List.copyOf(logged);
  }

  private JsonNode call(String method, Map<String, ?> parameters) {
    int id = calls.incrementAndGet();
    CompletableFuture<JsonNode> reply = new CompletableFuture<>();
    replies.put(id, reply);
    ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
    message.set("params", JSON.valueToTree(parameters));
    if (session != null) {
      message.put("sessionId", session);
    }
    socket.sendText(message.toString(), true).join();
    JsonNode answer = reply.orTimeout(SECONDS, TimeUnit.SECONDS).join();
    if (answer.has("error")) {
      throw new IllegalStateException(method + ": " + answer.get("error"));
    }
    return answer.get("result");
  }

  private void receive(JsonNode message) {
    if (message.has("id")) {
      replies.remove(message.get("id").asInt()).complete(message);
      return;
    }
    JsonNode event = message.path("params");
    switch (message.path("method").asText()) {
      case "Runtime.exceptionThrown" -> logged.add(event.get("exceptionDetails").toString());
      case "Runtime.consoleAPICalled" -> {
        if (List.of("warning", "error", "assert").contains(event.get("type").asText())) {
          logged.add(event.get("args").toString());
        }
      }
      case "Log.entryAdded" -> {
        if (List.of("warning", "error").contains(event.at("/entry/level").asText())) {
          logged.add(event.at("/entry/text").asText());
        }
      }
      default -> {
        // Nothing that a page says of itself.
      }
    }
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        try {
          receive(JSON.readTree(text.toString()));
        } catch (IOException e) {
          throw new IllegalStateException("The browser sent " + text, e);
        } finally {
          text.setLength(0);
        }
      }
      from.request(1);
      return null;
    }
  }

  @Override
  public void close() throws InterruptedException {
    // Killed, it would leave files behind.
    call("Browser.close", Map.of());
    if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    socket.abort();
  }
}
