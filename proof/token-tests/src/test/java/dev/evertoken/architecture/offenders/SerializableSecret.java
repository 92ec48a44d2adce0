package dev.evertoken.architecture.offenders;

import java.io.Serializable;

record SerializableSecret(String value) implements Serializable {}
