"""What the portal keeps."""

from lantoa.portal.models.documents import PublicDocument
from lantoa.portal.models.editions import EditionChange
from lantoa.portal.models.figures import Figure, FigureSet
from lantoa.portal.models.front import Banner, Highlight, Officer
from lantoa.portal.models.media import Attachment, Picture, PictureRendition
from lantoa.portal.models.pages import ArticleAuthor, ArticlePage, ArticleTag, HomePage, SectionPage
from lantoa.portal.models.readers import Answer, CommentClosing, Contribution, Poll, PollChoice, PollVote, Rating
from lantoa.portal.models.sites import PortalSite
from lantoa.portal.models.special import ChosenArticle, EnglishPage, SpecialPage
from lantoa.portal.models.tasks import ReviewTask
from lantoa.portal.models.versions import PublishedVersion

__all__ = [
    "Answer",
    "ArticleAuthor",
    "ArticlePage",
    "ArticleTag",
    "Attachment",
    "Banner",
    "ChosenArticle",
    "CommentClosing",
    "Contribution",
    "EditionChange",
    "EnglishPage",
    "Figure",
    "FigureSet",
    "Highlight",
    "HomePage",
    "Officer",
    "Picture",
    "PictureRendition",
    "Poll",
    "PollChoice",
    "PollVote",
    "PortalSite",
    "PublicDocument",
    "PublishedVersion",
    "Rating",
    "ReviewTask",
    "SectionPage",
    "SpecialPage",
]
