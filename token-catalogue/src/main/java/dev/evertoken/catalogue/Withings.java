package dev.evertoken.catalogue;

/**
 * The provider {@code withings}: Withings. {@code docs/providers/withings.md} describes its settings and behavior;
 * {@link Catalogue#description} returns the description, to change it. Immutable.
 */
public final class Withings extends CataloguedProvider {

    /** Used by the service loader. */
    public Withings() {
        super("withings");
    }
}
