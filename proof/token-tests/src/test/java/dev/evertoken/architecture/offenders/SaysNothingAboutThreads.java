package dev.evertoken.architecture.offenders;

/** Does something, on whatever thread. */
public interface SaysNothingAboutThreads {}
