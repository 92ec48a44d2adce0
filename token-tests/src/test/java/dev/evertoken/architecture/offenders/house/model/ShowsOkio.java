package dev.evertoken.architecture.offenders.house.model;

import okio.ByteString;

final class ShowsOkio {
    ByteString bytes;
}
