package dev.evertoken.architecture.offenders.layers.spi;

import com.github.benmanes.caffeine.cache.Cache;
import com.squareup.moshi.Moshi;
import okhttp3.Call;

final class ShowsLibraries {
    Call call;
    Moshi json;
    Cache<String, String> cache;
}
