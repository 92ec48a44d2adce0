package dev.evertoken.architecture.offenders.layers.model;

import okio.ByteString;

final class ShowsOkio {
    ByteString bytes;
}
