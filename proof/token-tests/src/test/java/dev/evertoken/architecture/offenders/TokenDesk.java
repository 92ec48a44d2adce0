package dev.evertoken.architecture.offenders;

/** Has words of a private language. Thread-safe. */
final class TokenDesk {
    String lastAnswer = "";
}
