package io.github.pelab.train.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * A YAML file as a tree that remembers its lines. Only what a config needs is read: one mapping of
 * mappings, lists and scalars. Anchors, aliases and tags are refused, so that no file can be larger
 * in memory than on disk, or be anything but data.
 */
record YamlDocument(Source source, ObjectNode tree) {
  private static final int LARGEST = 1 << 20;
  private static final int DEEPEST = 16;
  // The path of a key holds all keys around it.
  private static final int LONGEST_KEY = 100;
  // Reading a number takes time that grows with the square of its digits.
  private static final int LONGEST_NUMBER = 100;
  private static final Pattern LEADING_ZERO = Pattern.compile("[-+]?0[0-9_]+");

  private static final YAMLFactory YAML =
      YAMLFactory.builder()
          .loaderOptions(options())
          .enable(YAMLParser.Feature.EMPTY_STRING_AS_NULL)
          // Or else yes, no, on and off were booleans.
          .enable(YAMLParser.Feature.PARSE_BOOLEAN_LIKE_WORDS_AS_STRINGS)
          .build();

  private static LoaderOptions options() {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(LARGEST);
    return options;
  }

  /**
   * @throws ConfigException when the file cannot be read or is not what a config may be
   */
  static YamlDocument read(Path file) {
    Source source = new Source(file.toString(), new HashMap<>());
    String text = text(file, source);
    try (YAMLParser parser = YAML.createParser(text)) {
      return new YamlDocument(source, new Walk(parser, source).document());
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      int line = at == null ? 1 : Math.max(1, at.getLineNr());
      throw source.error(line, "not valid YAML: " + problem(e), e);
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory", e);
    }
  }

  private static String text(Path file, Source source) {
    if (Files.isDirectory(file)) {
      throw source.error("is a directory; name a YAML file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(LARGEST + 1);
      if (bytes.length > LARGEST) {
        throw source.error("larger than 1 MB; a config is a few lines of YAML");
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (NoSuchFileException e) {
      throw new ConfigException(source.name() + ": no such file; check the path", e);
    } catch (AccessDeniedException e) {
      throw new ConfigException(source.name() + ": may not be read; check its permissions", e);
    } catch (CharacterCodingException e) {
      throw new ConfigException(source.name() + ": not UTF-8 text; save it as UTF-8", e);
    } catch (IOException e) {
      throw new ConfigException(source.name() + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static String problem(JsonProcessingException e) {
    // SnakeYAML's own message spans lines and quotes the file; its first statement is the problem.
    String message =
        e.getCause() instanceof MarkedYAMLException marked
            ? marked.getProblem()
            : e.getOriginalMessage();
    // Jackson goes on with the event that it got, in terms of its parser's classes.
    return String.valueOf(message)
        .replaceFirst(", got this instead: .*", "")
        .lines()
        .findFirst()
        .orElse("unreadable");
  }

  /** One pass over the tokens. */
  private record Walk(YAMLParser parser, Source source) {

    ObjectNode document() throws IOException {
      JsonToken first = parser.nextToken();
      if (first == null || first == JsonToken.VALUE_NULL) {
        throw source.error("empty; see configs/quickstart.yaml for what a config looks like");
      }
      JsonNode root = value("", 0);
      if (!(root instanceof ObjectNode tree)) {
        throw source.error("expected a mapping (key: value), found " + Binder.found(root));
      }
      if (parser.nextToken() != null) {
        throw error("", "a second YAML document; a config is a single one");
      }
      return tree;
    }

    private JsonNode value(String path, int depth) throws IOException {
      if (depth > DEEPEST) {
        throw error("", "nested deeper than " + DEEPEST + " levels; a config is flat");
      }
      refuseReferences(path);
      JsonNodeFactory nodes = JsonNodeFactory.instance;
      return switch (parser.currentToken()) {
        case START_OBJECT -> mapping(path, depth);
        case START_ARRAY -> list(path, depth);
        case VALUE_STRING -> nodes.textNode(parser.getText());
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(path);
        case VALUE_TRUE -> nodes.booleanNode(true);
        case VALUE_FALSE -> nodes.booleanNode(false);
        case VALUE_NULL ->
            throw error(path, "no value; give one, or leave the key out to get its default");
        default -> throw error(path, "not something that a config may hold");
      };
    }

    private JsonNode number(String path) throws IOException {
      JsonNodeFactory nodes = JsonNodeFactory.instance;
      try {
        if (parser.getTextLength() > LONGEST_NUMBER) {
          throw error(path, "a number of more than " + LONGEST_NUMBER + " digits; shorten it");
        }
        if (LEADING_ZERO.matcher(parser.getText()).matches()) {
          // YAML 1.1 takes 010 for eight, nearly everyone else for ten.
          throw error(path, "'" + parser.getText() + "' starts with a zero; write it without");
        }
        JsonNode number =
            switch (parser.getNumberType()) {
              case INT -> nodes.numberNode(parser.getIntValue());
              case LONG -> nodes.numberNode(parser.getLongValue());
              case BIG_INTEGER -> nodes.numberNode(parser.getBigIntegerValue());
              default -> nodes.numberNode(parser.getDoubleValue());
            };
        if (Double.isFinite(number.doubleValue())) {
          return number;
        }
      } catch (StreamReadException e) {
        // .nan and .inf, which are numbers in YAML and nowhere here.
      }
      throw error(path, "not a finite number: " + ConfigException.quoted(parser.getText()));
    }

    private ObjectNode mapping(String path, int depth) throws IOException {
      ObjectNode mapping = JsonNodeFactory.instance.objectNode();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        refuseReferences(path);
        String key = parser.currentName();
        if (key.length() > LONGEST_KEY) {
          throw error(
              path,
              "the key %s has more than %d characters; no field's name is that long"
                  .formatted(ConfigException.quoted(key), LONGEST_KEY));
        }
        String inner = Source.path(path, key);
        if (mapping.has(key)) {
          throw error(inner, "written twice; keep one");
        }
        source.lines().put(inner, parser.currentTokenLocation().getLineNr());
        parser.nextToken();
        mapping.set(key, value(inner, depth + 1));
      }
      return mapping;
    }

    private ArrayNode list(String path, int depth) throws IOException {
      ArrayNode list = JsonNodeFactory.instance.arrayNode();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        list.add(value(path, depth + 1));
      }
      return list;
    }

    private void refuseReferences(String path) throws IOException {
      if (parser.isCurrentAlias() || parser.getObjectId() != null) {
        throw error(path, "anchors (&) and aliases (*) are not read; write the value out");
      }
      if (parser.getTypeId() != null) {
        throw error(path, "tags (!) are not read; write the value alone");
      }
    }

    private ConfigException error(String path, String problem) {
      int line = parser.currentTokenLocation().getLineNr();
      return source.error(line, Source.message(path, problem), null);
    }
  }
}
