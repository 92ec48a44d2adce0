package dev.evertoken.catalogue;

/**
 * The provider {@code fitbit}: Fitbit. {@code docs/providers/fitbit.md} describes its settings and behavior;
 * {@link Catalogue#description} returns the description, to change it. Immutable.
 */
public final class Fitbit extends CataloguedProvider {

    /** Used by the service loader. */
    public Fitbit() {
        super("fitbit");
    }
}
