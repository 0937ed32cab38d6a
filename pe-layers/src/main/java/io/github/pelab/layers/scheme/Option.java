package io.github.pelab.layers.scheme;

/**
 * An option of a scheme or an attention form, as it is written in {@code name(option=value)}.
 *
 * @param defaultValue what holds when the option is left out
 */
public record Option(String name, String defaultValue, String description) {}
