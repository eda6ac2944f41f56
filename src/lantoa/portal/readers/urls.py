"""The addresses on which readers send something, under `/cong/`, and of those who decide about it."""

from django.urls import URLPattern, path

from lantoa.portal.readers.views import answers, articles, desk, polls, public

urlpatterns: list[URLPattern] = [
    path("cong/gop-y/<int:article_id>/", articles.article_forms, name="article_forms"),
    path("cong/gop-y/<int:article_id>/cham-diem/", articles.article_rate, name="article_rate"),
    path("cong/gop-y/<int:article_id>/y-kien/", articles.article_comment, name="article_comment"),
    path("cong/gop-y/<int:article_id>/da-gui/", articles.article_sent, name="article_sent"),
    path("cong/hoi-dap/", public.question_list, name="question_list"),
    path("cong/hoi-dap/gui/", public.question_ask, name="question_ask"),
    path("cong/hoi-dap/da-gui/", public.question_sent, name="question_sent"),
    path("cong/hoi-dap/<int:pk>/", public.question_detail, name="question_detail"),
    path("cong/binh-chon/<int:pk>/", public.poll_page, name="poll"),
    path("cong/binh-chon/<int:pk>/gui/", public.poll_vote, name="poll_vote"),
    path("portal/readers/", desk.readers_desk, name="readers_desk"),
    path("portal/readers/decide/", desk.readers_decide, name="readers_decide"),
    path("portal/readers/articles/", desk.readers_articles, name="readers_articles"),
    path("portal/readers/articles/<int:article_id>/", desk.comments_of_article, name="comments_of_article"),
    path("portal/readers/sites/<int:portal_id>/", desk.comments_of_site, name="comments_of_site"),
    path("portal/readers/questions/<int:pk>/", answers.readers_question, name="readers_question"),
    path("portal/readers/questions/<int:pk>/approve/", answers.readers_approve, name="readers_approve"),
    path("portal/readers/polls/", polls.poll_list, name="poll_list"),
    path("portal/readers/polls/new/", polls.poll_new, name="poll_new"),
    path("portal/readers/polls/<int:pk>/", polls.poll_edit, name="poll_edit"),
    path("portal/readers/polls/<int:pk>/close/", polls.poll_close, name="poll_close"),
]
