package dev.evertoken.providers.internal.meta;

import dev.evertoken.spi.provider.TokenDialect;

/** The token dialects of this package, for tests in other packages. Stateless. */
public final class MetaDialects {

    public static final TokenDialect FACEBOOK = FacebookDialect.DIALECT;
    public static final TokenDialect INSTAGRAM = InstagramDialect.DIALECT;

    private MetaDialects() {}
}
