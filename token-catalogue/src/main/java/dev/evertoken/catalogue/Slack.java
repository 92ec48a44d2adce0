package dev.evertoken.catalogue;

/**
 * The provider {@code slack}: Slack with token rotation. {@code docs/providers/slack.md} describes its settings and behavior;
 * {@link Catalogue#description} returns the description, to change it. Immutable.
 */
public final class Slack extends CataloguedProvider {

    /** Used by the service loader. */
    public Slack() {
        super("slack");
    }
}
