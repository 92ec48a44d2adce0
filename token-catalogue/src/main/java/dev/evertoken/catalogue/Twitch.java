package dev.evertoken.catalogue;

/**
 * The provider {@code twitch}: Twitch. {@code docs/providers/twitch.md} describes its settings and behavior;
 * {@link Catalogue#description} returns the description, to change it. Immutable.
 */
public final class Twitch extends CataloguedProvider {

    /** Used by the service loader. */
    public Twitch() {
        super("twitch");
    }
}
