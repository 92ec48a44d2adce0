package dev.evertoken.architecture.offenders;

public interface HasNoComment {}
