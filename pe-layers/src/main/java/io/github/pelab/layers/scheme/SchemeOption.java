package io.github.pelab.layers.scheme;

/**
 * An option of a scheme, as it is written in {@code name(option=value)}.
 *
 * @param defaultValue what holds when the option is left out
 */
public record SchemeOption(String name, String defaultValue, String description) {}
