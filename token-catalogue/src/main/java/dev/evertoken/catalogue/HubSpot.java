package dev.evertoken.catalogue;

/**
 * The provider {@code hubspot}: HubSpot. {@code docs/providers/hubspot.md} describes its settings and behavior;
 * {@link Catalogue#description} returns the description, to change it. Immutable.
 */
public final class HubSpot extends CataloguedProvider {

    /** Used by the service loader. */
    public HubSpot() {
        super("hubspot");
    }
}
