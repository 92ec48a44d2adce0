package dev.evertoken.architecture.offenders;

/** Wraps something immutable or thread-safe. */
public interface OnlyMentionsThreads {}
